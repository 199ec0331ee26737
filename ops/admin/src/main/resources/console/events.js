// What happened, newest first.

import { events } from "./api.js";
import { bytes } from "./format.js";
import { h, hashTag, timeTag } from "./ui.js";

const SHOWN = 200;
const KINDS = ["block", "pin", "deletion", "warmup", "node", "gate", "audit"];
const VERBS = { stored: "stored", removed: "removed", evicted: "evicted", quarantined: "put aside as damaged" };

/** An event as a sentence. */
function sentence({ kind, data }) {
  const [group, verb] = kind.split(".");
  switch (group) {
    case "block":
      return ["Block ", hashTag(data.hash), ` of ${data.scope ?? "unknown scope"} ${VERBS[verb] ?? verb}, ${bytes(data.bytes)}, told by ${data.node}`];
    case "pin":
      return ["Block ", hashTag(data.hash), ...(verb === "held" ? [" pinned until ", timeTag(data.until)] : [" is free of pins"])];
    case "deletion":
      return ["Deleted ", h("code", { class: "long" }, data.selector)];
    case "warmup":
      return [`Warm-up ${data.id} ${data.state}, ${data.progress.done} of ${data.progress.blocks} blocks`];
    case "gate":
    case "audit":
      return [`${data.node}: ${data.sentence}`];
    case "node":
      return [`${data.node} ${verb} the grid`];
    default:
      return [data.node ? `${data.missed} events of ${data.node} did not arrive` : `Some events were missed (${data.of ?? "all kinds"})`];
  }
}

export function eventLog(page) {
  const kind = h("select", {}, h("option", { value: "" }, "all events"), KINDS.map((name) => h("option", { value: name }, name)));
  const hold = h("button", { type: "button" }, "Pause");
  const note = h("p", { class: "state", role: "status" });
  const list = h("ol", { class: "card log", "aria-label": "Events, newest first" });
  page.append(h("p", { class: "state" }, "What the cluster did, the newest first; a lost connection goes on where it was."),
    h("p", { class: "actions" }, h("label", { class: "joined" }, "Show ", kind), hold), note, list);
  let held = false;
  let waiting = 0;

  const item = (event) => h("li", {}, timeTag(event.at), h("span", { class: `badge ${event.kind.split(".")[0]}` }, event.kind), h("span", { class: "what" }, sentence(event)));
  const wanted = (event) => !kind.value || event.kind.split(".")[0] === kind.value;

  function all() {
    waiting = 0;
    const shown = events.recent.filter(wanted);
    list.replaceChildren(...(shown.length ? shown.map(item) : [h("li", { class: "empty" }, "Nothing happened yet. Ask a question in the playground, and its blocks appear here.")]));
    tell();
  }

  function tell() {
    note.textContent = held ? `Paused; ${waiting} newer.` : "\u00a0";
  }

  const one = ({ detail }) => {
    if (held) {
      waiting++;
      tell();
    } else if (wanted(detail)) {
      list.querySelector(".empty")?.remove();
      list.prepend(item(detail));
      if (list.children.length > SHOWN) list.lastChild.remove();
    }
  };
  const reset = () => {
    list.prepend(h("li", { class: "gap" }, "The server started again or forgot: events before this may be missing."));
  };

  kind.addEventListener("change", all);
  hold.addEventListener("click", () => {
    held = !held;
    hold.textContent = held ? "Continue" : "Pause";
    all();
  });
  events.addEventListener("event", one);
  events.addEventListener("reset", reset);
  all();
  return () => {
    events.removeEventListener("event", one);
    events.removeEventListener("reset", reset);
  };
}
