// Whether blocks may be used: the gate of each model, and what the audit found.

import { get } from "./api.js";
import { count, counted, NONE, percent } from "./format.js";
import { live } from "./live.js";
import { facts, h, notice, say, table, timeTag } from "./ui.js";

const EVERY_MILLIS = 4_000;

function state(good, words) {
  return h("span", { class: `badge ${good ? "finished" : "failed"}` }, words);
}

function use(told) {
  return told.blocks === "open" ? "blocks in use" : "blocks refused";
}

function gate(told) {
  if (!told) return h("p", { class: "empty" }, "The gate has not decided yet.");
  return facts([
    ["Decision", h("span", {}, state(told.passed, told.passed ? "passed" : "refused"), " ", timeTag(told.at))],
    ["Because", told.sentence],
    ["Largest difference", told.difference === null ? NONE : `${told.difference.toExponential(1)} of a layer's keys and values, at most 2e-2 is allowed`],
  ]);
}

function audit(told) {
  if (!told) return h("p", { class: "empty" }, "This process counts no audit.");
  const checked = told.equal + told.different;
  const cold = checked === 0 ? "none yet: a share of the questions in block mode is checked (audit.share)"
    : told.different === 0 ? `all ${counted(checked, "sample")} equal, bit for bit`
    : `${count(told.different)} of ${counted(checked, "sample")} different`;
  return facts([
    ["Encoded afresh", cold],
    ["Same first token as full attention", told.agreement === null ? NONE : `${percent(told.agreement)}, ${count(told.same_first_token)} of ${count(told.compared_with_full)}`],
    ["Mean divergence from it", told.mean_divergence_nats === null ? NONE : `${told.mean_divergence_nats.toFixed(3)} nats (KL)`],
    ["Left out", `${count(told.dropped)} while others waited, ${count(told.failed)} failed`],
  ]);
}

function stops(list) {
  if (list.length === 0) return h("p", { class: "empty" }, "Nothing was stopped.");
  return table("What the audit stopped", [
    { name: "Stopped", cell: (stop) => [stop.scope, stop.collection].filter(Boolean).join(" / ") || "the whole model" },
    { name: "Because", cell: (stop) => stop.sentence },
    { name: "Since", cell: (stop) => timeTag(stop.at) },
  ], list);
}

function guard(told) {
  return h("article", { class: "card guard" },
    h("div", { class: "card-head" },
      h("div", {}, h("h2", {}, told.node), h("p", { class: "hint" }, h("code", { class: "long" }, told.model))),
      h("span", {}, told.answers ? "" : h("span", { class: "bad" }, "silent "), state(told.blocks === "open", use(told)))),
    h("div", { class: "columns" },
      h("section", {}, h("h3", {}, "Gate, when the model was loaded"), gate(told.gate)),
      h("section", {}, h("h3", {}, "Audit, while it serves"), audit(told.audit))),
    h("h3", {}, "Stops"), stops(told.stops));
}

export function quality(page) {
  const problem = h("div");
  const list = h("div", { class: "guards" }, h("p", { class: "card empty" }, "Asking the workers…"));
  page.append(
    h("p", { class: "state" }, "Two guards decide whether blocks may be used. Where they may not, questions are answered with full attention."),
    problem, list);
  let shown = "";
  let said = "";

  /** What decides over blocks is read aloud when it changes; counts are not. */
  function tell(decisions) {
    if (said && decisions !== said) say(decisions);
    said = decisions;
  }

  async function read() {
    try {
      const { data } = await get("/guards");
      problem.replaceChildren();
      const text = JSON.stringify(data);
      if (text === shown) return;
      shown = text;
      tell(data.map((told) => `${told.node}: ${use(told)}, ${counted(told.stops.length, "stop")}`).join("; "));
      list.replaceChildren(...(data.length ? data.map(guard) : [h("p", { class: "card empty" }, "No process that answers questions is in the grid: start ", h("code", {}, "kvasir serve"), ".")]));
    } catch (failure) {
      problem.replaceChildren(notice("error", failure.message));
    }
  }

  return live(read, EVERY_MILLIS);
}
