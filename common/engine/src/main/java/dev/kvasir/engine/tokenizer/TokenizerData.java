package dev.kvasir.engine.tokenizer;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a model's files say of its tokenizer.
 *
 * @param kinds one for each of the tokens
 * @param merges pairs of tokens with a blank between them, in rank order
 * @param ends all tokens that end a generation, as far as the files name them
 * @param addsBegin whether a text by itself starts with the begin-of-sequence token
 * @param faults makes the error for unusable tokens or merges
 */
record TokenizerData(
    TextRules rules,
    List<String> tokens,
    List<TokenKind> kinds,
    List<String> merges,
    OptionalInt begin,
    boolean addsBegin,
    int endOfTurn,
    Set<Integer> ends,
    Optional<String> template,
    Faults faults) {
  /** Names the file and the place in it. */
  interface Faults {
    RuntimeException tokens(String reason);

    RuntimeException merges(String reason);
  }

  /** Number of tokens without the unused ones at the end, which some files leave out. */
  int used() {
    int used = tokens.size();
    while (used > 0 && kinds.get(used - 1) == TokenKind.UNUSED) {
      used--;
    }
    return used;
  }
}
