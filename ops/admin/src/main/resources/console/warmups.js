// Warm-ups: corpora that are encoded ahead.

import { get, post } from "./api.js";
import { by, bytes, count, counted, seconds } from "./format.js";
import { live } from "./live.js";
import { act, field, h, notice, say, timeTag } from "./ui.js";

const EVERY_MILLIS = 2_000;

function problems(list) {
  return list.length === 0 ? null : h("details", {},
    h("summary", {}, counted(list.length, "problem")),
    h("ul", {}, list.map((each) => h("li", {}, h("code", {}, each.where), " ", each.problem))));
}

/** A job as a card whose buttons stay the same while its numbers change. */
function card(place) {
  const title = h("h3");
  const state = h("span", { class: "badge" });
  const bar = h("progress", { max: 1, value: 0 });
  const numbers = h("p", { class: "numbers" });
  const from = h("p", { class: "hint" });
  const errors = h("div");
  let id = "";
  let shown = "";
  const button = (verb, label, kind = "") => {
    const element = h("button", { type: "button", class: kind, onclick: () => act(element, place, async () => {
      update(await post(`/warmups/${id}/${verb}`, {}));
      say(`Warm-up ${state.textContent}.`);
    }) }, label);
    return element;
  };
  const pause = button("pause", "Pause");
  const resume = button("resume", "Resume", "main");
  const cancel = button("cancel", "Cancel", "danger");
  const element = h("article", { class: "card job" },
    h("div", { class: "job-head" }, title, state), bar, numbers, errors, from,
    h("p", { class: "actions" }, pause, resume, cancel));

  function update(job) {
    const text = JSON.stringify(job);
    if (text === shown) return;
    shown = text;
    id = job.id;
    const name = job.corpus.path.split("/").pop();
    const done = job.progress;
    title.textContent = name;
    state.textContent = job.state;
    state.className = `badge ${job.state}`;
    bar.max = Math.max(1, done.blocks);
    bar.value = done.done;
    bar.setAttribute("aria-label", `Progress of ${name}`);
    const speed = done.tokens_per_second ? `, ${count(done.tokens_per_second)} tokens a second` : "";
    numbers.textContent = `${count(done.done)} of ${counted(done.blocks, "block")}: ${count(done.encoded)} encoded, ${count(done.found)} there already, ${count(done.refused)} refused, ${count(done.failed)} failed; ${bytes(done.encoded_bytes)}${speed}.`;
    const list = [...job.plan.problems, ...done.problems];
    errors.replaceChildren(...[job.problem ? notice("error", job.problem) : null, problems(list)].filter(Boolean));
    from.replaceChildren(`For ${job.scope}, ${by(job.created_by)}, `, timeTag(job.created_at), job.runner ? `; ${job.runner} runs it.` : ".");
    pause.hidden = job.state !== "running";
    resume.hidden = job.state !== "paused";
    cancel.hidden = !["running", "paused"].includes(job.state);
  }
  return { element, update };
}

export function warmups(page) {
  const inputs = {
    path: h("input", { name: "path", required: true, placeholder: "passages.jsonl" }),
    tenant: h("input", { name: "tenant", required: true, value: "default" }),
    collection: h("input", { name: "collection" }),
    limit: h("input", { name: "limit", type: "number", min: "0", placeholder: "all" }),
  };
  const outcome = h("div");
  const plan = h("button", { type: "button" }, "Plan only");
  const start = h("button", { type: "submit", class: "main" }, "Start");
  const form = h("form", { class: "card filters" },
    field("Corpus", inputs.path, "A file in the server's folder of corpora"),
    field("Tenant", inputs.tenant, "Whose questions find the blocks"),
    field("Collection", inputs.collection, "If the corpus is one"),
    field("Passages at most", inputs.limit),
    h("p", { class: "actions" }, start, plan));
  const problem = h("div");
  const list = h("div", { class: "jobs" }, h("p", { class: "empty" }, "Reading the list…"));
  page.append(h("p", { class: "state" }, "A warm-up encodes a corpus ahead, behind all live questions."), form, outcome,
    h("h2", {}, "Jobs"), problem, list);
  const cards = new Map();

  function body() {
    const corpus = { path: inputs.path.value.trim() };
    if (inputs.collection.value.trim()) corpus.collection = inputs.collection.value.trim();
    if (inputs.limit.value) corpus.limit = Number(inputs.limit.value);
    return { corpus, tenant: inputs.tenant.value.trim() };
  }

  async function read() {
    try {
      const { data } = await get("/warmups");
      problem.replaceChildren();
      const sorted = data.sort((a, b) => b.created_at.localeCompare(a.created_at));
      for (const job of sorted) {
        if (!cards.has(job.id)) cards.set(job.id, card(problem));
        cards.get(job.id).update(job);
      }
      const wanted = sorted.map((job) => cards.get(job.id).element);
      if (wanted.length === 0) {
        list.replaceChildren(h("p", { class: "empty" }, "No warm-up was made yet."));
      } else if (wanted.length !== list.children.length || wanted[0] !== list.firstChild) {
        list.replaceChildren(...wanted);
      }
    } catch (failure) {
      problem.replaceChildren(notice("error", failure.message));
    }
  }

  plan.addEventListener("click", () => form.reportValidity() && act(plan, outcome, async () => {
    const told = await post("/warmups/plan", body());
    const time = told.estimated_seconds === null ? "how long it takes is not known yet" : `about ${seconds(told.estimated_seconds)}`;
    outcome.replaceChildren(
      notice("good", `${counted(told.passages, "passage")} make ${counted(told.blocks, "block")}: ${count(told.present_blocks)} are there, ${count(told.new_blocks)} are new (${counted(told.new_tokens, "token")}, ${bytes(told.new_bytes)}); ${time}.`),
      problems(told.problems) ?? "");
  }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(start, outcome, async () => {
      await post("/warmups", body());
      outcome.replaceChildren(notice("good", "Started. Its progress is below."));
      await read();
    });
  });

  return live(read, EVERY_MILLIS);
}
