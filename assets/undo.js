// Takes back what was just sent. Loaded when somebody wants that.

import { ask, may, refusal } from "./client.js";

const REDACT = "org.matrix.msc2762.send.event:m.room.redaction";

/** `null` if the client does not let us; else why it failed, or an empty text. */
export default async (eventId) => {
  if (!(await may([REDACT]))) return null;
  const data = { type: "m.room.redaction", content: { redacts: eventId } };
  return refusal(await ask("send_event", data));
};
