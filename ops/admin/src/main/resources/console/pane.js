// What the playground shows of an answer: its words, its first token's time, and where its passages came from.

import { bytes, count, counted, seconds } from "./format.js";
import { badge, h, notice, stack, table } from "./ui.js";

const TICK_MILLIS = 100;
const REUSED = ["local", "grid", "disk"];
const READING = {
  block: "Passages that no cache has are encoded first.",
  full: "Full attention reads every passage again.",
};

/** Tokens of the prompt by where they came from; the question itself is always computed. */
function shares(cache) {
  if (cache.mode === "full") return { full: cache.computed_tokens };
  const tokens = { local: 0, grid: 0, disk: 0, encoded: 0, question: cache.computed_tokens };
  for (const block of cache.blocks) {
    tokens[block.source] = (tokens[block.source] ?? 0) + block.tokens;
    if (!REUSED.includes(block.source)) tokens.question -= block.tokens;
  }
  tokens.question = Math.max(0, tokens.question);
  return tokens;
}

/** Tokens that no one had to compute again. */
export function reused(cache) {
  return cache.blocks.filter((block) => REUSED.includes(block.source)).reduce((sum, block) => sum + block.tokens, 0);
}

/** How many blocks came from where: [["local", 11]]. */
export function sources(cache) {
  const totals = {};
  for (const block of cache.blocks) totals[block.source] = (totals[block.source] ?? 0) + 1;
  return Object.entries(totals);
}

/** The answer of a mode while it comes and when it is there. */
export function pane(mode, title) {
  const answer = h("p", { class: "answer", "aria-live": "off" });
  const state = h("p", { class: "hint" }, "Not asked yet.");
  const fact = (term) => {
    const value = h("dd", {}, "–");
    return { element: h("div", {}, h("dt", {}, term), value), set: (text) => (value.textContent = text) };
  };
  const facts = { first: fact("First token after"), computed: fact("Tokens computed"), reused: fact("Tokens reused") };
  const bar = stack();
  const element = h("section", { class: `card pane ${mode}`, "aria-label": title },
    h("h2", {}, title), h("dl", { class: "facts run" }, Object.values(facts).map((each) => each.element)), bar.element, answer, state);
  let clock = 0;
  const halt = () => clearInterval(clock);
  const clear = (sentence) => {
    halt();
    answer.replaceChildren();
    bar.show({});
    Object.values(facts).forEach((each) => each.set("–"));
    state.textContent = sentence;
  };
  return {
    element,
    answer,
    clear,
    begin() {
      clear(READING[mode]);
      const start = performance.now();
      clock = setInterval(() => facts.first.set(`${((performance.now() - start) / 1000).toFixed(1)} s…`), TICK_MILLIS);
    },
    hear(words) {
      halt();
      answer.textContent = words;
    },
    fail(sentence) {
      halt();
      facts.first.set("–");
      state.replaceChildren(notice("error", sentence));
    },
    done(cache, finish) {
      halt();
      facts.first.set(seconds(cache.ttft_ms / 1000));
      facts.computed.set(count(cache.computed_tokens));
      facts.reused.set(count(reused(cache)));
      bar.show(shares(cache));
      state.textContent = finish === "length" ? "Stopped at the limit of tokens." : "Finished.";
    },
  };
}

function name(block) {
  return block.title ?? (block.id === null || block.id === undefined ? "opening of the prompt" : `passage ${block.id}`);
}

/** Every passage of an answer in block mode, with its source. */
export function passageTable(cache) {
  if (cache.mode === "full" || cache.blocks.length === 0) {
    return h("p", { class: "empty" }, "The worker answered with full attention, which uses no blocks.");
  }
  return table("Where each passage came from", [
    { name: "Passage", cell: name },
    { name: "Source", cell: (block) => badge(block.source) },
    { name: "Tokens", number: true, cell: (block) => count(block.tokens) },
    { name: "Size", number: true, minor: true, cell: (block) => bytes(block.bytes) },
    { name: "Ready after", number: true, cell: (block) => seconds(block.ms / 1000) },
  ], cache.blocks, "compact");
}

/** What a question about passages showed, in plain words. */
export function verdict({ block, full }, same) {
  const passages = counted(block.blocks.length, "block");
  const kept = block.blocks.filter((each) => REUSED.includes(each.source)).length;
  const ratio = full.ttft_ms / block.ttft_ms;
  const times = ratio >= 9.95 ? Math.round(ratio) : ratio.toFixed(1);
  const speed = ratio >= 1.1 ? `${times} times as fast as` : ratio <= 0.9 ? "later than" : "about as fast as";
  const why = kept === 0 ? `It had to encode all ${passages} first; they are kept now.` : `It reused ${count(kept)} of ${passages} and computed ${count(block.computed_tokens)} of ${count(block.computed_tokens + reused(block))} tokens.`;
  return `Block attention began ${speed} full attention: ${seconds(block.ttft_ms / 1000)} against ${seconds(full.ttft_ms / 1000)}. ${why} ${same ? "Both gave the same words." : "The words that differ are marked."}`;
}
