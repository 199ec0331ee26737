// Two answers, word by word.

import { h } from "./ui.js";

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

/** The words of one answer, those marked that the other has not. */
export function marked(one, other) {
  const words = one.trim().split(/\s+/);
  const kept = common(words, other.trim().split(/\s+/));
  return words.flatMap((word, i) => [kept[i] ? word : h("mark", {}, word), " "]);
}
