// The overview: how much is answered out of the cache, and how fast.

import { get } from "./api.js";
import { axis, chart, colour } from "./charts.js";
import { bytes, clock, count, counted, percent, seconds } from "./format.js";
import { live } from "./live.js";
import { badge, h, notice, stack, table, timeTag } from "./ui.js";

const EVERY_MILLIS = 2_000;
const REMEMBERED = 150;
const SOURCES = ["local", "grid", "disk", "encoded"];
const LABEL_PIXELS = 55;
const LINES = { hit: { width: 3 }, partial: { width: 2, dash: [8, 4] }, miss: { width: 2, dash: [2, 3] }, full: { width: 1 } };
const CACHES = { hit: "every passage cached", partial: "some cached", miss: "none cached", full: "full attention" };

function sourceOf(row) {
  return row.mode === "full" ? "full" : row.cache;
}

function tile(label) {
  const value = h("strong", {}, "–");
  const hint = h("small", {}, "\u00a0");
  return { element: h("div", { class: "tile" }, h("span", {}, label), value, hint), set: (text, more) => {
    value.textContent = text;
    hint.textContent = more;
  } };
}

/** Of the powers of ten, their doubles and fives as many as there is room for. */
function sparse(plot, ticks) {
  const room = plot.bbox.width / devicePixelRatio / LABEL_PIXELS;
  const kept = [/^[125][.]000/, /^[15][.]000/, /^1[.]000/].map((leading) => ticks.map((tick) => (leading.test(tick.toExponential(3)) ? tick : null)));
  return kept.find((each) => each.filter((tick) => tick !== null).length <= room) ?? kept.at(-1);
}

/** What was seen, or a minute of it: uPlot takes a single moment for three years. */
function lastMinute({ data: [moments] }) {
  return [Math.min(moments[0], moments.at(-1) - 60), moments.at(-1)];
}

/** "200 ms", "5 s". */
function instant(tick) {
  return tick < 1 ? `${Math.round(1000 * tick)} ms` : `${Math.round(tick)} s`;
}

/** Cumulative shares over all bounds that any source has. */
function distribution(rows) {
  const bounds = [...new Set(rows.flatMap((row) => row.buckets.map((bucket) => bucket.le_seconds)))]
    .filter((bound) => bound !== null)
    .sort((a, b) => a - b);
  const shares = rows.map((row) => {
    const known = new Map(row.buckets.map((bucket) => [bucket.le_seconds, bucket.count]));
    let last = 0;
    return bounds.map((bound) => (100 * (last = known.get(bound) ?? last)) / row.count);
  });
  const changes = bounds.map((_, i) => shares.some((share) => share[i] > 0 && (i === 0 || share[i - 1] < 100)));
  const from = Math.max(0, changes.indexOf(true) - 1);
  const to = Math.max(from + 2, changes.lastIndexOf(true) + 2);
  return [bounds, ...shares].map((column) => column.slice(from, to));
}

export function overview(page) {
  const tiles = {
    rate: tile("Hit rate"),
    saved: tile("Tokens not computed"),
    stored: tile("Blocks stored"),
    memory: tile("In memory"),
    disk: tile("On disk"),
    queue: tile("Encode queue"),
  };
  const state = h("p", { class: "state" }, "Reading what the cluster counts…");
  const problem = h("div");
  const bar = stack();
  const legend = h("ul", { class: "legend" });
  const times = h("div", { class: "times" });
  let rows = [];
  const ttft = chart("Share of answers whose first token came within a time, by use of the cache", () => ({
    scales: { x: { time: false, distr: 3, range: (_, low, high) => [low, high] }, y: { range: [0, 100] } },
    axes: [
      axis({
        size: 30,
        filter: sparse,
        grid: { stroke: colour("line"), width: 1, filter: sparse },
        values: (_, ticks) => ticks.map((tick) => (tick === null ? null : instant(tick))),
      }),
      axis({ values: (_, ticks) => ticks.map((tick) => `${tick} %`), size: 52 }),
    ],
    series: [{}, ...rows.map((row) => ({
      label: sourceOf(row),
      stroke: colour(sourceOf(row)),
      ...LINES[sourceOf(row)],
      points: { show: false },
    }))],
  }));
  const queue = chart("Passages that wait to be encoded, over the last minutes", () => ({
    scales: { x: { range: lastMinute }, y: { range: (_, low, high) => [0, Math.max(4, high)] } },
    axes: [axis({ size: 30, space: 70, values: (_, ticks) => ticks.map((tick) => clock(tick)) }), axis({ size: 40, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] })],
    series: [{}, { label: "waiting", stroke: colour("encoded"), fill: colour("encoded-soft"), width: 2, points: { show: false } }],
  }));
  const memory = [[], []];

  page.append(
    state,
    problem,
    h("div", { class: "tiles" }, Object.values(tiles).map((each) => each.element)),
    h("section", { class: "card" },
      h("h2", {}, "Where tokens of passages came from"), bar.element, legend),
    h("div", { class: "columns" },
      h("section", { class: "card" },
        h("h2", {}, "Time to the first token"),
        h("p", { class: "hint" }, "Share of answers that began within a time, by what the cache had."),
        ttft.place, times),
      h("section", { class: "card" },
        h("h2", {}, "Encode queue"),
        h("p", { class: "hint" }, "Passages that wait to be encoded, since this page was opened."),
        queue.place,
        h("div", { class: "workers" }))));
  const workers = page.querySelector(".workers");

  function tokens(told) {
    bar.show(Object.fromEntries(SOURCES.map((source) => [source, told.by_source[source]])));
    legend.replaceChildren(...SOURCES.map((source) =>
      h("li", {}, badge(source), ` ${counted(told.by_source[source], "token")}`)));
  }

  function firstTokens(told) {
    rows = told.filter((row) => row.count > 0);
    if (!rows.length) {
      times.replaceChildren(h("p", { class: "empty" }, "No question was answered yet. Ask one in the ", h("a", { href: "#playground" }, "playground"), "."));
      return;
    }
    ttft.draw(distribution(rows), rows.map(sourceOf).join());
    times.replaceChildren(table("Times to the first token", [
      { name: "Cache", cell: (row) => h("span", {}, h("span", { class: `key ${sourceOf(row)}` }), badge(sourceOf(row)), " ", CACHES[sourceOf(row)] ?? "") },
      { name: "Answers", number: true, cell: (row) => count(row.count) },
      { name: "Median", number: true, cell: (row) => seconds(row.p50_seconds) },
      { name: "95 %", number: true, cell: (row) => seconds(row.p95_seconds) },
    ], rows));
  }

  function encode(told) {
    const waiting = told.reduce((sum, worker) => sum + worker.waiting, 0);
    tiles.queue.set(count(waiting), counted(told.length, "worker"));
    memory[0].push(Date.now() / 1000);
    memory[1].push(waiting);
    if (memory[0].length > REMEMBERED) memory.forEach((column) => column.shift());
    queue.draw([[...memory[0]], [...memory[1]]]);
    workers.replaceChildren(told.length
      ? table("Workers that encode", [
          { name: "Worker", cell: (worker) => worker.node },
          { name: "Waiting", number: true, cell: (worker) => count(worker.waiting) },
          { name: "Blocks encoded", number: true, cell: (worker) => count(worker.encoded_blocks) },
          { name: "Tokens", number: true, cell: (worker) => count(worker.encoded_tokens) },
        ], told)
      : h("p", { class: "empty" }, "No process that encodes is in the grid: start ", h("code", {}, "kvasir prefill-worker"), "."));
  }

  async function read() {
    try {
      const told = await get("/overview");
      problem.replaceChildren();
      const silent = told.nodes.silent.length ? ` ${counted(told.nodes.silent.length, "of them does", "of them do")} not answer: ${told.nodes.silent.join(", ")}.` : "";
      state.replaceChildren(`Grid ${told.grid}: ${counted(told.nodes.total, "process", "processes")}, ${told.healthy ? "healthy" : "not healthy"}.${silent} As of `, timeTag(told.at), ".");
      tiles.rate.set(percent(told.tokens.hit_rate), `${count(told.tokens.looked_up)} tokens looked up`);
      tiles.saved.set(count(told.tokens.not_computed), "found in a cache instead");
      tiles.stored.set(count(told.blocks.count), `${bytes(told.blocks.bytes)}, each once`);
      tiles.memory.set(bytes(told.blocks.memory_bytes), `and ${bytes(told.blocks.local_cache_bytes)} at workers`);
      tiles.disk.set(bytes(told.blocks.disk_bytes), `${counted(told.blocks.evictions, "eviction")}`);
      tokens(told.tokens);
      firstTokens(told.ttft);
      encode(told.encode);
    } catch (failure) {
      problem.replaceChildren(notice("error", failure.message));
    }
  }

  const end = live(read, EVERY_MILLIS);
  return () => {
    end();
    ttft.end();
    queue.end();
  };
}
