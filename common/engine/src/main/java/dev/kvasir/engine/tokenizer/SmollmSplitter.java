package dev.kvasir.engine.tokenizer;

import java.util.function.Consumer;

/**
 * The {@code smollm} pre-tokenizer: cuts text into the pieces inside which merges happen. First
 * every numeric character becomes a piece of its own; then the stretches between them are cut as
 * GPT-2 does, by the leftmost match of
 *
 * <pre>{@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}</pre>
 *
 * where a stretch's end counts as the end of the text. Written as a scanner, since it is several
 * times faster than the pattern and has no backtracking.
 */
final class SmollmSplitter {
  private final String text;
  private final Consumer<String> pieces;

  private SmollmSplitter(String text, Consumer<String> pieces) {
    this.text = text;
    this.pieces = pieces;
  }

  /** Hands over the pieces in order; together they are the whole text. */
  static void split(String text, Consumer<String> pieces) {
    new SmollmSplitter(text, pieces).split();
  }

  private void split() {
    int at = 0;
    while (at < text.length()) {
      int end = runEnd(at, text.length(), false, CharacterClass.NUMBER);
      splitStretch(at, end);
      at = end;
      if (at < text.length()) {
        int next = at + Character.charCount(text.codePointAt(at));
        emit(at, next);
        at = next;
      }
    }
  }

  /** A stretch without numbers. */
  private void splitStretch(int start, int end) {
    int at = start;
    while (at < end) {
      int next = pieceEnd(at, end);
      emit(at, next);
      at = next;
    }
  }

  private int pieceEnd(int at, int end) {
    int contraction = contractionLength(at, end);
    if (contraction > 0) {
      return at + contraction;
    }
    int body = text.charAt(at) == ' ' && at + 1 < end ? at + 1 : at;
    CharacterClass kind = CharacterClass.of(text.codePointAt(body));
    if (kind == CharacterClass.SPACE) {
      return spaceEnd(at, end);
    }
    return runEnd(body, end, true, kind);
  }

  /** White space leaves its last character to the word behind it. */
  private int spaceEnd(int at, int end) {
    int after = runEnd(at, end, true, CharacterClass.SPACE);
    return after == end || after == at + 1 ? after : after - 1;
  }

  /** Where the run ends whose characters are (or are not) of the given class. */
  private int runEnd(int start, int end, boolean inside, CharacterClass kind) {
    int at = start;
    while (at < end) {
      int codePoint = text.codePointAt(at);
      if ((CharacterClass.of(codePoint) == kind) != inside) {
        return at;
      }
      at += Character.charCount(codePoint);
    }
    return end;
  }

  private int contractionLength(int at, int end) {
    if (text.charAt(at) != '\'' || at + 1 >= end) {
      return 0;
    }
    return switch (text.charAt(at + 1)) {
      case 's', 't', 'm', 'd' -> 2;
      case 'r', 'v' -> follows(at + 2, end, 'e');
      case 'l' -> follows(at + 2, end, 'l');
      default -> 0;
    };
  }

  private int follows(int at, int end, char letter) {
    return at < end && text.charAt(at) == letter ? 3 : 0;
  }

  private void emit(int start, int end) {
    pieces.accept(text.substring(start, end));
  }
}
