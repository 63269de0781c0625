// Opens the picker in a window of the client's (MSC2790). Loaded when somebody wants that.

import { ask, refusal } from "./client.js";

// The client fills in its own variables.
const PAGE =
  "/picker/#/?modal=1&theme=$org.matrix.msc2873.client_theme" +
  "&lang=$org.matrix.msc2873.client_language&user=$matrix_user_id";

/** Why it failed, or an empty text. `name` is the window's title. */
export default async (name) => {
  const data = { type: "m.custom", url: location.origin + PAGE, name, buttons: [], data: {} };
  return refusal(await ask("open_modal", data));
};
