// Numbers and times as people write them.

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const ZONED = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

export const NONE = "–";

export function count(number) {
  return number === null || number === undefined ? NONE : WHOLE.format(number);
}

/** "1 block", "1,200 blocks". */
export function counted(number, one, many = one + "s") {
  return `${count(number)} ${number === 1 ? one : many}`;
}

export function bytes(number) {
  if (number === null || number === undefined) return NONE;
  let unit = 0;
  let value = number;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

/** Who did something; "none" stands for a caller without a key. */
export function by(caller) {
  return caller === "none" ? "without a key" : `by ${caller}`;
}

export function percent(share) {
  return share === null || share === undefined ? NONE : `${(100 * share).toFixed(share < 0.995 ? 1 : 0)} %`;
}

export function seconds(value) {
  if (value === null || value === undefined) return NONE;
  if (value < 0.0995) return `${(1000 * value).toFixed(value < 0.00995 ? 1 : 0)} ms`;
  if (value < 0.9995) return `${Math.round(1000 * value)} ms`;
  if (value < 99.5) return `${value.toFixed(value < 9.95 ? 2 : 1)} s`;
  return `${Math.round(value / 60)} min`;
}

/** Local time of seconds since 1970, as on a chart's axis. */
export function clock(epochSeconds) {
  return CLOCK.format(1000 * epochSeconds);
}

/** Local time of today, or day and time; the whole with its zone is for the hover. */
export function time(iso) {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return { text: (today ? CLOCK : DAY).format(at), zoned: ZONED.format(at) };
}
