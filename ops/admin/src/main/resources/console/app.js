// The shell: pages by the address's hash, theme, key, connection.

import { events, key, onKeyWanted } from "./api.js";
import { blocks } from "./blocks.js";
import { eventLog } from "./events.js";
import { nodes } from "./nodes.js";
import { overview } from "./overview.js";
import { playground } from "./playground.js";
import { quality } from "./quality.js";
import { settings } from "./settings.js";
import { h, say } from "./ui.js";
import { warmups } from "./warmups.js";

// A page fills a section and may return what ends it.
const PAGES = { overview, nodes, blocks, warmups, playground, quality, events: eventLog, settings };
const TITLES = { overview: "Overview", nodes: "Nodes", blocks: "Blocks", warmups: "Warm-ups", playground: "Playground", quality: "Quality", events: "Events", settings: "Settings" };

const main = document.getElementById("main");
let leave = null;

function show(first) {
  const name = location.hash.slice(1).split("?")[0];
  const page = PAGES[name] ? name : "overview";
  leave?.();
  const section = h("section", { class: `page ${page}` }, h("h1", {}, TITLES[page]));
  main.replaceChildren(section);
  document.title = `${TITLES[page]} · Kvasir`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${page}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  leave = PAGES[page](section);
  if (!first) {
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
    say(`${TITLES[page]} page`);
  }
}

function theme() {
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const apply = () => {
    const chosen = localStorage.getItem("kvasir.theme");
    root.dataset.theme = chosen ?? (system.matches ? "dark" : "light");
    button.textContent = root.dataset.theme === "dark" ? "Light theme" : "Dark theme";
    dispatchEvent(new Event("kvasir-theme"));
  };
  button.addEventListener("click", () => {
    localStorage.setItem("kvasir.theme", root.dataset.theme === "dark" ? "light" : "dark");
    apply();
  });
  system.addEventListener("change", apply);
  apply();
}

function keys() {
  const dialog = document.getElementById("key");
  const text = document.getElementById("key-text");
  const problem = document.getElementById("key-problem");
  const forget = document.getElementById("forget");
  let asking = null;
  const ask = (sentence) =>
    new Promise((resolve) => {
      problem.textContent = sentence;
      problem.hidden = !key.get();
      text.value = "";
      dialog.showModal();
      dialog.addEventListener("close", () => {
        const given = text.value.trim();
        if (given) key.set(given);
        forget.hidden = !key.get();
        asking = null;
        resolve(Boolean(given));
      }, { once: true });
    });
  onKeyWanted((sentence) => (asking ??= ask(sentence)));
  forget.hidden = !key.get();
  forget.addEventListener("click", () => {
    key.forget();
    location.reload();
  });
}

function connection() {
  const live = document.getElementById("live");
  events.addEventListener("state", ({ detail }) => {
    live.classList.toggle("on", detail === "live");
    live.textContent = detail === "live" ? "Live" : "Reconnecting";
  });
  events.run();
}

theme();
keys();
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
addEventListener("hashchange", () => show(false));
show(true);
connection();
