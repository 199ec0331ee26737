// Stored blocks: search, inspect, pin, delete.

import { get, post, remove, withQuery } from "./api.js";
import { count, counted, bytes } from "./format.js";
import { act, badge, bytesTag, dialog, facts, field, h, hashTag, notice, say, table, timeTag } from "./ui.js";

const OWNER = "console";
const PIN_TIMES = { "an hour": 3_600, "a day": 86_400, "a week": 604_800 };

function documents(block) {
  const named = block.documents
    .filter((each) => each.document !== null || each.collection !== null)
    .map((each) => [each.collection, each.document].filter((name) => name !== null).join(" / "));
  return named.length ? named.join(", ") : "no document named";
}

/** What a deletion of exactly these filters would select; null if no selector says it. */
function selector(filters) {
  const scope = filters.tenant ? `tenant:${filters.tenant}` : null;
  const rest = ["model", "collection", "document", "tier"].filter((name) => filters[name]);
  if (scope && rest.length === 0) return `scope:${scope}`;
  if (scope && rest.length === 1 && rest[0] === "document") return `document:${scope}/${filters.document}`;
  if (scope && rest.length === 1 && rest[0] === "collection") return `collection:${scope}/${filters.collection}`;
  if (!scope && rest.length === 1 && rest[0] === "model") return `model:${filters.model}`;
  return null;
}

function removed(told) {
  return `${counted(told.memory.count, "block")} in memory (${bytes(told.memory.bytes)}) and ${counted(told.files.count, "file")} (${bytes(told.files.bytes)})`;
}

/** Asks what a deletion would take, shows it, and deletes only after that was confirmed. */
async function deletion(wanted, done) {
  const dry = await post("/deletions", { selector: wanted, dry_run: true });
  const place = h("div");
  const confirm = h("button", { type: "button", class: "danger" }, "Delete");
  const stay = dry.shared ? ` ${counted(dry.shared, "block stays", "blocks stay")}, because another document has the same text.` : "";
  const box = dialog("Delete for good?",
    h("p", {}, "This deletes ", h("strong", {}, removed(dry)), `.${stay}`),
    h("p", { class: "hint" }, "Selected by ", h("code", { class: "long" }, wanted), ". It cannot be undone; whoever asks again has the passages encoded again."),
    place,
    h("p", { class: "actions" }, confirm));
  confirm.addEventListener("click", () => act(confirm, place, async () => {
    const receipt = await post("/deletions", { selector: wanted, dry_run: false });
    const missing = receipt.missing.length ? ` ${receipt.missing.join(", ")} did not answer in time and will be told later.` : "";
    place.replaceChildren(notice("good", `Deleted ${removed(receipt)}. Confirmed by ${receipt.confirmed.join(", ") || "nobody else"}.${missing}`));
    confirm.hidden = true;
    done();
  }));
  return box;
}

async function inspect(hash, changed) {
  const place = h("div");
  const body = h("div", {}, h("p", { class: "empty" }, "Reading the block…"));
  const box = dialog("Block", body);
  const show = async () => {
    const block = await get(`/blocks/${hash}`);
    const life = h("select", { "aria-label": "Pin for" }, Object.keys(PIN_TIMES).map((name) => h("option", {}, name)));
    const pin = h("button", { type: "button", onclick: () => act(pin, place, async () => {
      await post("/pins", { hash, owner: OWNER, ttl_seconds: PIN_TIMES[life.value] });
      await show();
      say("Pinned.");
    }) }, "Pin");
    const gone = h("button", { type: "button", class: "danger", onclick: () => act(gone, place, () => deletion(`key:${hash}`, () => {
      box.close();
      changed();
    })) }, "Delete…");
    body.replaceChildren(
      facts([
        ["Hash", h("code", { class: "long" }, block.hash)],
        ["Documents", documents(block)],
        ["Scope", block.scope],
        ["Model", h("code", { class: "long" }, block.model)],
        ["Size", h("span", {}, bytesTag(block.bytes), ` in ${counted(block.chunks, "chunk")}`)],
        ["Stored", timeTag(block.stored_at)],
        ["In memory of", block.held_by.memory.map((holder) => `${holder.node}${holder.owner ? " (owner)" : ""}`).join(", ") || "nobody"],
        ["In files of", block.held_by.disk.join(", ") || "nobody"],
      ]),
      h("h3", {}, "Pins"),
      block.pins.length
        ? table("Pins", [
            { name: "Owner", cell: (held) => held.owner },
            { name: "Times", number: true, cell: (held) => count(held.count) },
            { name: "Until", cell: (held) => timeTag(held.until) },
            { name: "", cell: (held) => {
              const free = h("button", { type: "button", class: "quiet", onclick: () => act(free, place, async () => {
                await remove(`/pins/${hash}/${encodeURIComponent(held.owner)}`);
                await show();
                say("Pin released.");
              }) }, "Release");
              return free;
            } },
          ], block.pins)
        : h("p", { class: "empty" }, "Nobody pinned it: it may be evicted when memory is short."),
      place,
      h("p", { class: "actions" }, h("span", { class: "joined" }, pin, " for ", life), gone));
  };
  try {
    await show();
  } catch (failure) {
    body.replaceChildren(notice("error", failure.message));
  }
}

export function blocks(page) {
  const inputs = {
    tenant: h("input", { name: "tenant" }),
    collection: h("input", { name: "collection" }),
    document: h("input", { name: "document" }),
    model: h("input", { name: "model" }),
    tier: h("select", { name: "tier" }, h("option", { value: "" }, "memory and disk"), h("option", {}, "memory"), h("option", {}, "disk")),
  };
  const problem = h("div");
  const list = h("div", { class: "card results" }, h("p", { class: "empty" }, "Searching…"));
  const more = h("button", { type: "button", hidden: true }, "Show more");
  const search = h("button", { type: "submit", class: "main" }, "Search");
  const all = h("button", { type: "button", class: "danger" }, "Delete all that match…");
  const why = h("small", {}, "To delete many at once, name a tenant, one with a document or collection, or a model.");
  const form = h("form", { class: "card filters" },
    field("Tenant", inputs.tenant), field("Collection", inputs.collection), field("Document", inputs.document),
    field("Model", inputs.model), field("Kept in", inputs.tier),
    h("p", { class: "actions" }, search, all, why));
  page.append(h("p", { class: "state" }, "A block is a passage that was encoded once. Choose one to see who has it, pin it or delete it."),
    form, problem, list, h("p", { class: "actions" }, more));
  let found = [];
  let cursor = null;

  const filters = () => Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value.trim()]));

  function show() {
    list.replaceChildren(found.length
      ? table("Blocks found", [
          { name: "Block", cell: (block) => h("button", { type: "button", class: "link", "aria-label": `Inspect block ${block.hash.slice(0, 12)}`, onclick: () => inspect(block.hash, fresh) }, hashTag(block.hash)) },
          { name: "Documents", cell: documents },
          { name: "Scope", cell: (block) => block.scope },
          { name: "Kept in", cell: (block) => badge(block.tier) },
          { name: "Size", number: true, cell: (block) => bytesTag(block.bytes) },
          { name: "Stored", cell: (block) => timeTag(block.stored_at) },
        ], found)
      : h("p", { class: "empty" }, cursor ? "Nothing matches so far; there is more to look through." : "No block matches. Blocks appear when somebody asks about passages, or by a warm-up."));
    more.hidden = !cursor;
    allowed();
  }

  function allowed() {
    all.disabled = !selector(filters());
    why.hidden = !all.disabled;
  }

  async function read() {
    const page = await get(withQuery("/blocks", { ...filters(), limit: 50, cursor }));
    found = [...found, ...page.data];
    cursor = page.next_cursor;
    show();
  }

  function fresh() {
    found = [];
    cursor = null;
    return act(search, problem, async () => {
      await read();
      say(`${counted(found.length, "block")} found${cursor ? ", and there are more" : ""}.`);
    });
  }

  form.addEventListener("input", allowed);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fresh();
  });
  more.addEventListener("click", () => act(more, problem, read));
  all.addEventListener("click", () => act(all, problem, () => deletion(selector(filters()), fresh)));
  fresh();
}
