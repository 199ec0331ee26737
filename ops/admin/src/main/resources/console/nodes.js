// The processes of the cluster.

import { get } from "./api.js";
import { count, NONE } from "./format.js";
import { live } from "./live.js";
import { bytesTag, h, notice, table } from "./ui.js";

const EVERY_MILLIS = 4_000;

const COLUMNS = [
  { name: "Process", cell: (node) => h("span", {}, node.id, node.self ? h("small", {}, " this one") : null) },
  { name: "Kind", cell: (node) => node.kind },
  { name: "State", cell: (node) => h("span", { class: node.answers ? "good" : "bad" }, node.answers ? "answers" : "silent") },
  { name: "Blocks", number: true, cell: (node) => count(node.blocks) },
  { name: "Memory", number: true, cell: (node) => (node.bytes === null ? NONE : bytesTag(node.bytes)) },
  { name: "Files", number: true, cell: (node) => count(node.disk_blocks) },
  { name: "Disk", number: true, cell: (node) => (node.disk_bytes === null ? NONE : bytesTag(node.disk_bytes)) },
  { name: "Waiting", number: true, cell: (node) => count(node.encode_waiting) },
  { name: "Encoded", number: true, cell: (node) => count(node.encoded_blocks) },
  { name: "Address", cell: (node) => node.url ?? NONE },
];

export function nodes(page) {
  const problem = h("div");
  const list = h("div", { class: "card" }, h("p", { class: "empty" }, "Asking the processes…"));
  page.append(h("p", { class: "state" }, "Every process in the grid, with what it holds. A dash: this kind of process does not count that."), problem, list);

  async function read() {
    try {
      const { data } = await get("/nodes");
      list.replaceChildren(table("Processes", COLUMNS, data));
      problem.replaceChildren();
    } catch (failure) {
      problem.replaceChildren(notice("error", failure.message));
    }
  }

  return live(read, EVERY_MILLIS);
}
