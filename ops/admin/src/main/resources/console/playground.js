// The playground: passages and a question, in block mode and with full attention.

import { request, serverSentEvents } from "./api.js";
import { bytes, count, counted, seconds } from "./format.js";
import { act, badge, field, h, notice, say, table } from "./ui.js";

const MODES = { block: "Block attention", full: "Full attention" };
const MOST_RUNS = 8;
const BROKEN = "The answer broke off: the decode worker or this server left. Ask again.";
const runs = [];

/** Passages out of a text: an empty line ends one, a first line that begins with # is its title. */
function passages(text) {
  return text.split(/\n\s*\n/).map((part) => part.trim()).filter(Boolean).map((part, i) => {
    const [first, ...rest] = part.split("\n");
    return first.startsWith("#") && rest.length
      ? { id: String(i + 1), title: first.replace(/^#+\s*/, ""), text: rest.join("\n").trim() }
      : { id: String(i + 1), text: part };
  });
}

function text(list) {
  return list.map((passage) => (passage.title ? `# ${passage.title}\n` : "") + passage.text).join("\n\n");
}

/** Which words of one text are in a longest common sequence with the other. */
function common(one, other) {
  const lengths = Array.from({ length: one.length + 1 }, () => new Array(other.length + 1).fill(0));
  for (let i = one.length - 1; i >= 0; i--) {
    for (let j = other.length - 1; j >= 0; j--) {
      lengths[i][j] = one[i] === other[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const kept = one.map(() => false);
  for (let i = 0, j = 0; i < one.length && j < other.length; ) {
    if (one[i] === other[j]) {
      kept[i++] = true;
      j++;
    } else if (lengths[i + 1][j] >= lengths[i][j + 1]) i++;
    else j++;
  }
  return kept;
}

function marked(one, other) {
  const words = one.trim().split(/\s+/);
  const kept = common(words, other.trim().split(/\s+/));
  return words.flatMap((word, i) => [kept[i] ? word : h("mark", {}, word), " "]);
}

/** The answer of a mode while it comes and when it is there. */
function pane(mode) {
  const answer = h("p", { class: "answer", "aria-live": "off" });
  const numbers = h("dl", { class: "facts run" });
  const state = h("p", { class: "hint" }, "Not asked yet.");
  const blocks = h("div", { class: "blocks-of-run" });
  const element = h("section", { class: `card pane ${mode}`, "aria-label": MODES[mode] }, h("h2", {}, MODES[mode]), numbers, answer, state, blocks);
  const fact = (term, value) => h("div", {}, h("dt", {}, term), h("dd", {}, value));
  const facts = (first, computed, reused) =>
    numbers.replaceChildren(fact("First token", first), fact("Tokens computed", computed), fact("Reused", reused));
  facts("–", "–", "–");
  return {
    element,
    answer,
    wait(sentence) {
      answer.replaceChildren();
      blocks.replaceChildren();
      facts("–", "–", "–");
      state.textContent = sentence;
    },
    fail(sentence) {
      state.replaceChildren(notice("error", sentence));
    },
    done(told, finish) {
      const cache = told.cache;
      const reused = cache.blocks.filter((block) => !["encoded", "full"].includes(block.source));
      facts(seconds(cache.ttft_ms / 1000), count(cache.computed_tokens), count(reused.reduce((sum, block) => sum + block.tokens, 0)));
      state.textContent = finish === "length" ? "Stopped at the limit of tokens." : "Finished.";
      if (cache.mode === "full" || cache.blocks.length === 0) {
        blocks.replaceChildren(h("p", { class: "empty" }, "Full attention reads every passage again: nothing is cached, nothing reused."));
        return;
      }
      blocks.replaceChildren(table("Where each passage came from", [
        { name: "Passage", cell: (block) => block.title ?? (block.id === null || block.id === undefined ? "opening of the prompt" : `passage ${block.id}`) },
        { name: "Source", cell: (block) => badge(block.source) },
        { name: "Tokens", number: true, cell: (block) => count(block.tokens) },
        { name: "Size", number: true, cell: (block) => bytes(block.bytes) },
        { name: "Ready in", number: true, cell: (block) => seconds(block.ms / 1000) },
      ], cache.blocks));
    },
  };
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

function sources(cache) {
  const totals = {};
  for (const block of cache.blocks) totals[block.source] = (totals[block.source] ?? 0) + 1;
  return Object.entries(totals).flatMap(([source, number]) => [badge(source), ` ${number} `]);
}

export function playground(page) {
  const sample = h("select", { name: "sample" }, h("option", { value: "" }, "my own passages"));
  const documents = h("textarea", { name: "passages", rows: "12", required: true, spellcheck: "false" });
  const question = h("textarea", { name: "question", rows: "3", required: true });
  const modes = h("select", { name: "modes" }, h("option", { value: "block,full" }, "both, one after the other"), h("option", { value: "block" }, "block attention"), h("option", { value: "full" }, "full attention"));
  const tokens = h("input", { name: "tokens", type: "number", min: "1", max: "1024", value: "32", required: true });
  const start = h("button", { type: "submit", class: "main" }, "Ask");
  const stop = h("button", { type: "button", hidden: true }, "Stop");
  const outcome = h("div");
  const panes = { block: pane("block"), full: pane("full") };
  const verdict = h("p", { class: "verdict", role: "status" });
  const past = h("div", { class: "card" });
  const form = h("form", { class: "card ask" },
    field("Start from", sample),
    field("Passages", documents, "An empty line ends a passage; a first line that begins with # is its title."),
    field("Question", question),
    h("div", { class: "row" }, field("Answer with", modes), field("Tokens at most", tokens)),
    h("p", { class: "actions" }, start, stop));
  page.append(
    h("p", { class: "state" }, "Ask once, then ask something else about the same passages: what was encoded the first time is reused, wherever it stands in the prompt."),
    h("div", { class: "bench" }, form,
      h("div", { class: "answers" }, outcome, h("div", { class: "panes" }, panes.block.element, panes.full.element), verdict)),
    h("h2", {}, "Questions asked here"), past);
  let samples = { passages: [], questions: [] };
  let stopping = new AbortController();

  function choose() {
    const chosen = samples.questions[Number(sample.value)];
    if (sample.value === "" || !chosen) return;
    const known = new Map(samples.passages.map((passage) => [passage.id, passage]));
    documents.value = text(chosen.passages.map((id) => known.get(id)));
    question.value = chosen.question;
  }

  async function load() {
    try {
      samples = await (await fetch("samples.json")).json();
      sample.append(...samples.questions.map((each, i) => h("option", { value: String(i) }, each.label)));
      sample.value = "0";
      choose();
    } catch {
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
          { name: "First token", number: true, cell: (run) => seconds(run.cache.ttft_ms / 1000) },
          { name: "Computed", number: true, cell: (run) => counted(run.cache.computed_tokens, "token") },
          { name: "Blocks from", cell: (run) => h("span", {}, run.mode === "full" ? badge("full") : sources(run.cache)) },
        ], runs)
      : h("p", { class: "empty" }, "None yet."));
  }

  function compare(told, words) {
    if (!told.block || !told.full) return;
    const ratio = told.full.ttft_ms / told.block.ttft_ms;
    const speed = ratio >= 1.1 ? `Block attention began ${ratio.toFixed(1)} times as fast as full attention`
      : ratio <= 0.9 ? "Block attention began later than full attention, because passages had to be encoded first: ask again"
      : "Both began about equally fast";
    const same = words.block.trim() === words.full.trim();
    if (!same) {
      panes.block.answer.replaceChildren(...marked(words.block, words.full));
      panes.full.answer.replaceChildren(...marked(words.full, words.block));
    }
    verdict.textContent = `${speed}. ${same ? "Both gave the same words." : "The marked words differ."}`;
    say(verdict.textContent);
  }

  async function run() {
    const wanted = modes.value.split(",");
    const told = {};
    const words = { block: "", full: "" };
    verdict.textContent = "";
    for (const mode of Object.keys(panes)) {
      panes[mode].wait(wanted.includes(mode) ? "Waiting for its turn." : "Not asked.");
    }
    for (const mode of wanted) {
      panes[mode].wait("Reading the passages…");
      try {
        const { cache, finish } = await ask(mode, question.value, passages(documents.value), Number(tokens.value), (piece) => {
          words[mode] += piece;
          panes[mode].answer.textContent = words[mode];
        }, stopping.signal);
        panes[mode].done({ cache }, finish);
        told[mode] = cache;
        remember(mode, cache);
        say(`${MODES[mode]} answered: ${words[mode]}`);
      } catch (failure) {
        panes[mode].fail(sentence(failure));
        break;
      }
    }
    compare(told, words);
  }

  sample.addEventListener("change", choose);
  documents.addEventListener("input", () => (sample.value = ""));
  stop.addEventListener("click", () => stopping.abort());
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
