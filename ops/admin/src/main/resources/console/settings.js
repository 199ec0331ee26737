// What an operator sets: quotas of tenants and levels of loggers; who changed what; the configuration.

import { get, put, remove, withQuery } from "./api.js";
import { bytes, count, NONE } from "./format.js";
import { act, bytesTag, field, h, notice, say, table, timeTag } from "./ui.js";

const UNITS = { MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 };
const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"];
const TENANT = "tenant:";

/** Fills a place; a failure is a sentence there, with a way to try again. */
async function fill(place, read) {
  try {
    place.replaceChildren(...(await read()));
  } catch (failure) {
    const again = h("button", { type: "button", onclick: () => fill(place, read) }, "Try again");
    place.replaceChildren(notice("error", failure.message), h("p", { class: "actions" }, again));
  }
}

function part(name, title, hint, ...content) {
  return h("section", { class: `card ${name}` }, h("h2", {}, title), h("p", { class: "hint" }, hint), content);
}

/** Tenants with their use and quotas; changed() after each change. */
function quotas(changed) {
  const tenant = h("input", { name: "tenant", required: true });
  const size = h("input", { name: "size", type: "number", min: "0", step: "any", required: true });
  const unit = h("select", { name: "unit", "aria-label": "Unit" }, Object.keys(UNITS).map((name) => h("option", {}, name)));
  const set = h("button", { type: "submit", class: "main" }, "Set quota");
  const outcome = h("div");
  const list = h("div", {}, h("p", { class: "empty" }, "Reading who has what…"));
  const form = h("form", { class: "filters three" },
    field("Tenant", tenant), field("At most", h("span", { class: "joined" }, size, unit)),
    h("p", { class: "actions" }, set));
  const path = (name) => `/tenants/${encodeURIComponent(name)}/quota`;

  function done(sentence) {
    outcome.replaceChildren(notice("good", sentence));
    return Promise.all([show(), changed()]);
  }

  function clear(name) {
    const button = h("button", { type: "button", class: "link", "aria-label": `Remove the quota of ${name}`, onclick: () => act(button, outcome, async () => {
      await remove(path(name));
      await done(`${name} has no quota any more.`);
    }) }, "Remove");
    return button;
  }

  const show = () => fill(list, async () => {
    const { data } = await get("/tenants");
    return [data.length === 0 ? h("p", { class: "empty" }, "Nobody has blocks or a quota yet.") : table("Tenants", [
      { name: "Scope", cell: (row) => row.scope },
      { name: "Blocks", number: true, cell: (row) => count(row.blocks) },
      { name: "Size", number: true, cell: (row) => bytesTag(row.bytes) },
      { name: "Quota", number: true, cell: (row) => (row.quota_bytes === null ? NONE : bytesTag(row.quota_bytes)) },
      { name: "State", cell: (row) => (row.over_quota ? h("span", { class: "bad" }, "above its quota") : row.quota_bytes === null ? "no limit" : "within its quota") },
      { name: "Action", cell: (row) => (row.quota_bytes === null ? "" : clear(row.scope.slice(TENANT.length))) },
    ], data)];
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(set, outcome, async () => {
      const name = tenant.value.trim();
      const told = await put(path(name), { bytes: Math.round(Number(size.value) * UNITS[unit.value]) });
      await done(`${name} may have ${bytes(told.quota_bytes)}.`);
    });
  });
  show();
  return part("quotas", "Tenants and quotas", "Above its quota a tenant loses its oldest unpinned blocks, within ten seconds.", list, form, outcome);
}

function loggers(changed) {
  const known = h("datalist", { id: "loggers" });
  const name = h("input", { name: "logger", required: true, list: "loggers", placeholder: "dev.kvasir.store" });
  const level = h("select", { name: "level" }, LEVELS.map((each) => h("option", { selected: each === "DEBUG" }, each)));
  const set = h("button", { type: "submit", class: "main" }, "Set level");
  const outcome = h("div");
  const list = h("div", {}, h("p", { class: "empty" }, "Reading the levels…"));
  const form = h("form", { class: "filters three" },
    field("Logger", name), field("Level", level), h("p", { class: "actions" }, set), known);

  const show = () => fill(list, async () => {
    const { data } = await get("/loggers");
    known.replaceChildren(...data.map((each) => h("option", { value: each.name })));
    return [table("Loggers with a level of their own", [
      { name: "Logger", cell: (each) => h("code", { class: "long" }, each.name) },
      { name: "Level", cell: (each) => each.level },
    ], data, "compact")];
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(set, outcome, async () => {
      const told = await put(`/loggers/${encodeURIComponent(name.value.trim())}`, { level: level.value });
      outcome.replaceChildren(notice("good", `${told.name} logs ${told.level} in every process.`));
      await Promise.all([show(), changed()]);
    });
  });
  show();
  return part("loggers", "Log levels", "A level that is set here holds in every process of the cluster, now and when they start.", list, form, outcome);
}

/** Who changed what, the newest first. */
function changes() {
  const list = h("div", {}, h("p", { class: "empty" }, "Reading what was changed…"));
  const more = h("button", { type: "button", hidden: true }, "Show more");
  const problem = h("div");
  let entries = [];
  let cursor = null;
  const read = async () => {
    const told = await get(withQuery("/audit", { limit: 20, cursor }));
    entries = [...entries, ...told.data];
    cursor = told.next_cursor;
    more.hidden = !cursor;
    return [entries.length === 0 ? h("p", { class: "empty" }, "Nobody changed anything in the last thirty days.") : table("Changes", [
      { name: "When", cell: (entry) => timeTag(entry.at) },
      { name: "By", cell: (entry) => (entry.by === "none" ? NONE : entry.by) },
      { name: "Action", cell: (entry) => h("span", { class: "whole" }, entry.action) },
      { name: "What", cell: (entry) => h("code", { class: "long" }, entry.target) },
      { name: "Outcome", cell: (entry) => entry.outcome },
    ], entries)];
  };
  more.addEventListener("click", () => act(more, problem, async () => list.replaceChildren(...(await read()))));
  const fresh = () => {
    entries = [];
    cursor = null;
    return fill(list, read);
  };
  fresh();
  return { fresh, element: part("changes", "Changes", "Who changed what in the last thirty days, the newest first.", list, problem, h("p", { class: "actions" }, more)) };
}

/** [["grid.kind", "ignite"]] */
function flat(value, name = "") {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return [[name, value]];
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, name ? `${name}.${key}` : key));
}

function configuration() {
  const list = h("div", {}, h("p", { class: "empty" }, "Reading the configuration…"));
  const wanted = h("input", { type: "search", name: "setting", placeholder: "grid" });
  let rows = [];
  const show = () => {
    const text = wanted.value.trim().toLowerCase();
    const found = rows.filter(([key]) => key.includes(text));
    say(`${found.length} settings.`);
    return [found.length === 0 ? h("p", { class: "empty" }, "No setting has this in its name.") : table("Configuration", [
      { name: "Setting", cell: ([key]) => h("code", { class: "long" }, key) },
      { name: "Value", cell: ([, value]) => (value === null || value === "" ? NONE : h("code", { class: "long" }, String(value))) },
    ], found)];
  };
  wanted.addEventListener("input", () => list.replaceChildren(...show()));
  fill(list, async () => {
    rows = flat(await get("/configuration"));
    return show();
  });
  return part("configuration", "Configuration", "Of the admin process that you are talking to; secrets are masked.", field("Settings whose name contains", wanted), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Configuration" }, list));
}

export function settings(page) {
  const log = changes();
  page.append(
    h("p", { class: "state" }, "What holds in the whole cluster, and the configuration that this process started with."),
    h("div", { class: "columns" }, quotas(log.fresh), loggers(log.fresh)),
    log.element, configuration());
}
