// The admin API: calls, failures as sentences, and events that survive a restart of the server.

const BASE = "admin/v1";
const KEY = "kvasir.key";
const SILENCE_MILLIS = 40_000;
const MOST_WAIT_MILLIS = 8_000;
const SHOWN_EVENTS = 200;

/** A refusal, with a sentence for people. */
export class Refusal extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

export const key = {
  get: () => sessionStorage.getItem(KEY),
  set: (text) => sessionStorage.setItem(KEY, text),
  forget: () => sessionStorage.removeItem(KEY),
};

let askForKey = async () => false;

/** Who asks the user for a key; tells whether there is a new one. */
export function onKeyWanted(asker) {
  askForKey = asker;
}

function headers(more, shown) {
  return shown ? { ...more, Authorization: `Bearer ${shown}` } : more;
}

async function refusal(response) {
  const body = await response.json().catch(() => null);
  const told = body?.error?.message;
  const sentence = told ? told[0].toUpperCase() + told.slice(1) : `The server answered ${response.status}`;
  return new Refusal(response.status, sentence.replace(/[.]?$/, "."));
}

/** A response that is fine; asks for a key where one is wanted. */
export async function request(method, path, body, options = {}) {
  const shown = key.get();
  const sent = { method, headers: headers(options.headers ?? {}, shown), signal: options.signal, cache: "no-store" };
  if (body !== undefined) {
    sent.headers["Content-Type"] = "application/json";
    sent.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(BASE + path, sent);
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new Refusal(0, "The admin process does not answer. Is it running? This page tries again by itself.");
  }
  if (response.ok) return response;
  const refused = await refusal(response);
  const another = response.status === 401 && (key.get() !== shown || (await askForKey(refused.message)));
  if (another) return request(method, path, body, options);
  throw refused;
}

async function json(method, path, body) {
  return (await request(method, path, body)).json();
}

export const get = (path) => json("GET", path);
export const post = (path, body) => json("POST", path, body);
export const put = (path, body) => json("PUT", path, body);
export const remove = (path) => json("DELETE", path);

/** A path with those parameters that are not empty. */
export function withQuery(path, parameters) {
  const filled = Object.entries(parameters).filter(([, value]) => value);
  return filled.length ? `${path}?${new URLSearchParams(filled)}` : path;
}

/** The events of a stream: { id, event, data }; comments come as null. */
export async function* serverSentEvents(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const texts = (rest + part.value).split("\n\n");
    rest = texts.pop();
    for (const text of texts) yield parse(text);
  }
}

function parse(text) {
  if (text.startsWith(":")) return null;
  const event = { id: null, event: "message", data: "" };
  for (const line of text.split("\n")) {
    const colon = line.indexOf(": ");
    event[line.slice(0, colon)] = line.slice(colon + 2);
  }
  return event;
}

/**
 * What happens in the cluster. Tells "event" (an Event), "reset" (read everything again) and
 * "state" ("live" or "lost"). A lost connection comes back, and goes on where it was.
 */
class Events extends EventTarget {
  recent = [];
  state = "lost";
  #last = null;

  async run() {
    for (let wait = 500; ; wait = Math.min(2 * wait, MOST_WAIT_MILLIS)) {
      try {
        await this.#listen(() => (wait = 500));
      } catch (failure) {
        if (failure.status === 400) this.#last = null;
      }
      this.#turn("lost");
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  async #listen(connected) {
    this.#last ??= await this.#start();
    const stop = new AbortController();
    const response = await request("GET", "/events", undefined, {
      headers: { "Last-Event-ID": this.#last },
      signal: stop.signal,
    });
    connected();
    this.#turn("live");
    let watch = 0;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => stop.abort(), SILENCE_MILLIS);
    };
    alive();
    try {
      for await (const event of serverSentEvents(response)) {
        alive();
        if (event) this.#take(event);
      }
    } finally {
      clearTimeout(watch);
    }
  }

  /** A little before now, so that there is something to see. */
  async #start() {
    const { last_event_id: now } = await get("/overview");
    const [epoch, sequence] = now.split("-");
    return `${epoch}-${Math.max(0, Number(sequence) - SHOWN_EVENTS)}`;
  }

  #take(event) {
    this.#last = event.id ?? this.#last;
    if (event.event === "reset") {
      this.dispatchEvent(new CustomEvent("reset"));
      return;
    }
    const told = JSON.parse(event.data);
    this.recent.unshift(told);
    this.recent.length = Math.min(this.recent.length, SHOWN_EVENTS);
    this.dispatchEvent(new CustomEvent("event", { detail: told }));
  }

  #turn(state) {
    if (state !== this.state) {
      this.state = state;
      this.dispatchEvent(new CustomEvent("state", { detail: state }));
    }
  }
}

export const events = new Events();
