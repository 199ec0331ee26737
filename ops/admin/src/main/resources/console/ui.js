// Elements that all pages are made of.

import { bytes, count, counted, NONE, time } from "./format.js";

/** An element: h("p", { class: "hint" }, "text", child). Names as onclick listen; null children are left out. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === null || value === undefined) continue;
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export function timeTag(iso) {
  const { text, zoned } = time(iso);
  return h("time", { datetime: iso, title: zoned }, text);
}

export function bytesTag(number) {
  return h("span", { title: number === null ? null : `${count(number)} bytes` }, bytes(number));
}

export function hashTag(hash) {
  return h("code", { title: hash }, hash.slice(0, 12));
}

export function badge(kind) {
  return h("span", { class: `badge ${kind}` }, kind);
}

export function notice(kind, text) {
  return h("p", { class: `notice ${kind}`, role: kind === "error" ? "alert" : "status" }, text);
}

/** Tells people who listen to the page instead of seeing it. */
export function say(text) {
  document.getElementById("said").textContent = text;
}

export function field(label, input, hint) {
  return h("label", { class: "field" }, h("span", {}, label), input, hint ? h("small", {}, hint) : null);
}

/**
 * A table that becomes cards on narrow screens; a "compact" one loses its minor columns instead.
 *
 * columns: [{ name, cell(row), number, minor }]
 */
export function table(caption, columns, rows, kind = "") {
  const classes = (column) => [column.number ? "number" : "", column.minor ? "minor" : ""].join(" ").trim();
  const cells = (row) =>
    columns.map((column) => {
      const cell = column.cell(row);
      return h("td", { role: "cell", "data-label": column.name, class: `${classes(column)}${cell === NONE ? " none" : ""}` }, cell);
    });
  return h("table", { role: "table", class: kind },
    h("caption", { class: "unseen" }, caption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" },
      columns.map((column) =>
        h("th", { scope: "col", role: "columnheader", class: classes(column) }, column.name)))),
    h("tbody", { role: "rowgroup" }, rows.map((row) => h("tr", { role: "row" }, cells(row)))));
}

/** A bar of tokens by where they came from; show({ local: 120, encoded: 30 }). */
export function stack() {
  const element = h("div", { class: "stack", role: "img", "aria-label": "No tokens yet" });
  return { element, show(tokens) {
    const filled = Object.entries(tokens).filter(([, number]) => number > 0);
    const told = filled.map(([source, number]) => `${source} ${counted(number, "token")}`);
    element.setAttribute("aria-label", told.join(", ") || "No tokens yet");
    element.replaceChildren(...filled.map(([source, number], i) => {
      const part = h("span", { class: `part ${source}`, title: told[i] });
      part.style.flexGrow = number;
      return part;
    }));
  } };
}

/** Terms with what they are. */
export function facts(pairs) {
  return h("dl", { class: "facts" }, pairs.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))));
}

/** A dialog over the page; Escape and its button close it, and the focus goes back. */
export function dialog(title, ...content) {
  const element = h("dialog", { "aria-label": title },
    h("div", { class: "dialog-head" }, h("h2", {}, title),
      h("button", { type: "button", class: "quiet", onclick: () => element.close() }, "Close")),
    content);
  element.addEventListener("close", () => element.remove());
  document.body.append(element);
  element.showModal();
  return element;
}

/** Runs an action of a button, which rests meanwhile and keeps the focus; a failure becomes a sentence in the place. */
export async function act(button, place, action) {
  button.disabled = true;
  place.replaceChildren();
  try {
    await action();
  } catch (failure) {
    place.replaceChildren(notice("error", failure.message));
  } finally {
    button.disabled = false;
    if (document.activeElement === document.body) button.focus();
  }
}

/** Calls again after a while of quiet. */
export function calm(action, millis = 400) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, millis);
  };
}
