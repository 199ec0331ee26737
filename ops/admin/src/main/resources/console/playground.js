// The playground: passages and a question, in block mode and with full attention.

import { request, serverSentEvents } from "./api.js";
import { counted, seconds } from "./format.js";
import { pane, passageTable, sources, verdict } from "./pane.js";
import { act, badge, field, h, notice, say, table } from "./ui.js";
import { marked } from "./words.js";

const MODES = { block: "Block attention", full: "Full attention" };
const MOST_RUNS = 8;
const BROKEN = "The answer broke off: the decode worker or this server left. Ask again.";
const WELCOME = "Press Ask: the passages are read in block mode and then with full attention. After that, ask the second question, and see what is reused.";
const runs = [];

/** A title as a document's name: "marrow-island-ferry". */
function slug(title) {
  return title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
}

/** Passages out of a text: an empty line ends one, a first line that begins with # is its title. */
function passages(text) {
  const names = new Set();
  return text.split(/\n\s*\n/).map((part) => part.trim()).filter(Boolean).map((part, i) => {
    const [first, ...rest] = part.split("\n");
    if (!first.startsWith("#") || !rest.length) return { id: String(i + 1), text: part };
    const title = first.replace(/^#+\s*/, "");
    const id = names.has(slug(title)) ? String(i + 1) : slug(title) || String(i + 1);
    names.add(id);
    return { id, title, text: rest.join("\n").trim() };
  });
}

function text(list) {
  return list.map((passage) => (passage.title ? `# ${passage.title}\n` : "") + passage.text).join("\n\n");
}

/** Asks in a mode; the words come to hear(words) as they are decoded. */
async function ask(mode, question, documents, tokens, hear, signal) {
  const response = await request("POST", "/playground", {
    messages: [{ role: "user", content: question }],
    documents,
    block_attention: { mode },
    temperature: 0,
    max_tokens: tokens,
    stream: true,
  }, { signal });
  let cache = null;
  let finish = null;
  for await (const event of serverSentEvents(response)) {
    if (!event || event.data === "[DONE]") continue;
    const told = JSON.parse(event.data);
    if (told.error) throw new Error(told.error.message);
    cache = told.block_cache ?? cache;
    const choice = told.choices?.[0];
    finish = choice?.finish_reason ?? finish;
    if (choice?.delta?.content) hear(choice.delta.content);
  }
  if (!cache) throw new Error(BROKEN);
  return { cache, finish };
}

function sentence(failure) {
  if (failure.name === "AbortError") return "Stopped.";
  return failure instanceof TypeError ? BROKEN : failure.message;
}

export function playground(page) {
  const sample = h("select", { name: "sample" }, h("option", { value: "" }, "my own passages"));
  const note = h("small", {}, "\u00a0");
  const documents = h("textarea", { name: "passages", rows: "9", required: true, spellcheck: "false" });
  const question = h("textarea", { name: "question", rows: "4", required: true });
  const modes = h("select", { name: "modes" }, h("option", { value: "block,full" }, "both, in turn"), h("option", { value: "block" }, "block attention"), h("option", { value: "full" }, "full attention"));
  const tokens = h("input", { name: "tokens", type: "number", min: "1", max: "1024", value: "32", required: true });
  const start = h("button", { type: "submit", class: "main" }, "Ask");
  const stop = h("button", { type: "button", hidden: true }, "Stop");
  const outcome = h("div");
  const panes = { block: pane("block", MODES.block), full: pane("full", MODES.full) };
  const told = h("p", { class: "verdict", role: "status" }, WELCOME);
  const next = h("button", { type: "button", class: "main", hidden: true }, "Ask the next question");
  const from = h("div", {}, h("p", { class: "empty" }, "Once a question was asked in block mode, every passage is listed here with its source."));
  const past = h("div", { class: "card" });
  const form = h("form", { class: "card ask" },
    h("label", { class: "field" }, h("span", {}, "Start from"), sample, note),
    field("Passages", documents, "An empty line ends a passage; a first line that begins with # is its title."),
    field("Question", question),
    h("div", { class: "row" }, field("Answer with", modes), field("Tokens at most", tokens)),
    h("p", { class: "actions" }, start, stop));
  page.append(
    h("p", { class: "state" }, "Passages are encoded once and reused in every later question, wherever they stand in the prompt."),
    h("div", { class: "bench" }, form,
      h("div", { class: "answers" },
        h("div", { class: "card told" }, told, next), outcome,
        h("div", { class: "panes" }, panes.block.element, panes.full.element),
        h("section", { class: "card sources" },
          h("h2", {}, "Where each passage came from"),
          h("p", { class: "hint" }, badge("local"), " memory of the worker that answers, ", badge("grid"), " a cache node, ", badge("disk"), " a file, ", badge("encoded"), " computed now."),
          from))),
    h("h2", {}, "Questions asked here"), past);
  let samples = { passages: [], questions: [] };
  let stopping = new AbortController();

  function own() {
    sample.value = "";
    note.textContent = "Your own passages; nothing of them is kept in this browser.";
  }

  function choose() {
    next.hidden = true;
    const chosen = samples.questions[Number(sample.value)];
    if (sample.value === "" || !chosen) return own();
    const known = new Map(samples.passages.map((passage) => [passage.id, passage]));
    documents.value = text(chosen.passages.map((id) => known.get(id)));
    documents.scrollTop = 0;
    question.value = chosen.question;
    note.textContent = chosen.note;
  }

  async function load() {
    try {
      samples = await (await fetch("samples.json")).json();
      sample.append(...samples.questions.map((each, i) => h("option", { value: String(i) }, `${i + 1}. ${each.label}`)));
      sample.value = "0";
      choose();
    } catch {
      own();
      outcome.replaceChildren(notice("error", "The bundled passages cannot be read; paste your own."));
    }
  }

  function remember(mode, cache) {
    const label = question.value.trim().split("\n").pop().replace(/^Question:\s*/, "");
    runs.unshift({ label, mode, cache });
    runs.length = Math.min(runs.length, MOST_RUNS);
    history();
  }

  function history() {
    past.replaceChildren(runs.length
      ? table("Questions asked here, the newest first", [
          { name: "Question", cell: (run) => run.label },
          { name: "Mode", cell: (run) => run.mode },
          { name: "First token after", number: true, cell: (run) => seconds(run.cache.ttft_ms / 1000) },
          { name: "Computed", number: true, cell: (run) => counted(run.cache.computed_tokens, "token") },
          { name: "Blocks", cell: (run) => h("span", {}, run.mode === "full" ? "none" : sources(run.cache).flatMap(([source, number]) => [`${number} `, badge(source), " "])) },
        ], runs)
      : h("p", { class: "empty" }, "None yet."));
  }

  /** Words that differ are marked where both modes answered. */
  function compare(caches, words) {
    if (!caches.block && !caches.full) return "There is no answer; the reason is below.";
    if (!caches.block || !caches.full) return "Answer with both modes to compare them.";
    const same = words.block.trim() === words.full.trim();
    if (!same) {
      panes.block.answer.replaceChildren(...marked(words.block, words.full));
      panes.full.answer.replaceChildren(...marked(words.full, words.block));
    }
    return verdict(caches, same);
  }

  async function answer(mode) {
    let words = "";
    panes[mode].begin();
    const { cache, finish } = await ask(mode, question.value, passages(documents.value), Number(tokens.value), (piece) => {
      words += piece;
      panes[mode].hear(words);
    }, stopping.signal);
    panes[mode].done(cache, finish);
    if (mode === "block") from.replaceChildren(passageTable(cache));
    remember(mode, cache);
    say(`${MODES[mode]} answered: ${words}`);
    return { cache, words };
  }

  async function run() {
    const wanted = modes.value.split(",");
    const caches = {};
    const words = {};
    told.textContent = "Answering…";
    next.hidden = true;
    for (const mode of Object.keys(panes)) {
      panes[mode].clear(wanted.includes(mode) ? "Waiting for its turn." : "Not asked.");
    }
    for (const mode of wanted) {
      try {
        ({ cache: caches[mode], words: words[mode] } = await answer(mode));
      } catch (failure) {
        panes[mode].fail(sentence(failure));
        break;
      }
    }
    told.textContent = compare(caches, words);
    next.hidden = !caches.block || sample.value === "" || !samples.questions[Number(sample.value) + 1];
  }

  sample.addEventListener("change", choose);
  documents.addEventListener("input", own);
  stop.addEventListener("click", () => stopping.abort());
  next.addEventListener("click", () => {
    sample.value = String(Number(sample.value) + 1);
    choose();
    start.focus();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    stopping = new AbortController();
    stop.hidden = false;
    act(start, outcome, run).finally(() => (stop.hidden = true));
  });
  history();
  load();
  return () => stopping.abort();
}
