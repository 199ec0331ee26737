// Numbers that stay those of now.

import { events } from "./api.js";
import { calm } from "./ui.js";

/** Reads now, every so often and soon after something happened; returns what ends that. */
export function live(read, everyMillis) {
  const soon = calm(read);
  events.addEventListener("event", soon);
  events.addEventListener("reset", soon);
  const timer = setInterval(read, everyMillis);
  read();
  return () => {
    clearInterval(timer);
    events.removeEventListener("event", soon);
    events.removeEventListener("reset", soon);
  };
}
