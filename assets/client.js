// What a module can ask the Matrix client around us. Loaded with the modules that need it; the
// messages go through the app, which knows the host and its origin.

const { tesseraBoot: boot } = window;

/** The client's `response`; `{}` if it gave none in time. */
export const ask = (action, data) =>
  new Promise((resolve) => boot.ask(action, data, (response) => resolve(response ?? {})));

/** Why the client or the homeserver refused; empty if neither did. */
export const refusal = ({ error }) =>
  error ? error.matrix_api_error?.response?.error || error.message || "?" : "";

/** Whether the client lets us do all this. It asks its user if it has not done so before. */
export const may = async (capabilities) => {
  const granted = () => capabilities.every((wanted) => boot.granted.includes(wanted));
  if (granted()) return true;
  const approval = new Promise((resolve) => (boot.approval = resolve));
  if (refusal(await ask("org.matrix.msc2974.request_capabilities", { capabilities }))) return false;
  await approval;
  return granted();
};
