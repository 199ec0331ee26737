package dev.kvasir.engine.tokenizer;

import java.util.function.Consumer;

/**
 * The pre-tokenizers {@code llama-bpe} (numbers of up to three digits) and {@code qwen2} (single
 * ones): cuts text by the leftmost match of
 *
 * <pre>{@code (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}
 * | ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+}</pre>
 *
 * Written as a scanner, since it is several times faster than the pattern and has no backtracking.
 */
final class WordSplitter {
  /** The one other character that equals an s where case does not count. */
  private static final char LONG_S = '\u017F';

  private final String text;
  private final int end;
  private final int maxDigits;

  private WordSplitter(String text, int maxDigits) {
    this.text = text;
    this.end = text.length();
    this.maxDigits = maxDigits;
  }

  /** Hands over the pieces in order; together they are the whole text. */
  static void split(String text, int maxDigits, Consumer<String> pieces) {
    WordSplitter splitter = new WordSplitter(text, maxDigits);
    int at = 0;
    while (at < text.length()) {
      int next = splitter.pieceEnd(at);
      pieces.accept(text.substring(at, next));
      at = next;
    }
  }

  private int pieceEnd(int at) {
    int contraction = contractionLength(at);
    if (contraction > 0) {
      return at + contraction;
    }
    CharacterClass kind = kindAt(at);
    int second = after(at);
    boolean beforeWord = second < end && kindAt(second) == CharacterClass.LETTER;
    return switch (kind) {
      case LETTER -> runEnd(at, CharacterClass.LETTER);
      case NUMBER -> numberEnd(at);
      case SPACE -> {
        if (beforeWord && !isLineBreak(at)) {
          yield runEnd(second, CharacterClass.LETTER);
        }
        boolean beforeSign =
            text.charAt(at) == ' ' && second < end && kindAt(second) == CharacterClass.OTHER;
        yield beforeSign ? signsEnd(second) : spaceEnd(at);
      }
      case OTHER -> beforeWord ? runEnd(second, CharacterClass.LETTER) : signsEnd(at);
    };
  }

  private int numberEnd(int start) {
    int at = start;
    for (int digits = 0; digits < maxDigits && isAt(at, CharacterClass.NUMBER); digits++) {
      at = after(at);
    }
    return at;
  }

  /** Signs take the line breaks behind them along. */
  private int signsEnd(int start) {
    int at = runEnd(start, CharacterClass.OTHER);
    while (at < end && isLineBreak(at)) {
      at++;
    }
    return at;
  }

  /** White space ends behind its last line break, else before its last character. */
  private int spaceEnd(int at) {
    int after = runEnd(at, CharacterClass.SPACE);
    for (int i = after; i > at; i--) {
      if (isLineBreak(i - 1)) {
        return i;
      }
    }
    return after == end || after == at + 1 ? after : after - 1;
  }

  private int runEnd(int start, CharacterClass kind) {
    int at = start;
    while (isAt(at, kind)) {
      at = after(at);
    }
    return at;
  }

  private int contractionLength(int at) {
    if (text.charAt(at) != '\'' || at + 1 >= end) {
      return 0;
    }
    return switch (text.charAt(at + 1)) {
      case 's', 'S', LONG_S, 't', 'T', 'm', 'M', 'd', 'D' -> 2;
      case 'r', 'R', 'v', 'V' -> follows(at + 2, 'e', 'E');
      case 'l', 'L' -> follows(at + 2, 'l', 'L');
      default -> 0;
    };
  }

  private int follows(int at, char small, char large) {
    return at < end && (text.charAt(at) == small || text.charAt(at) == large) ? 3 : 0;
  }

  private boolean isLineBreak(int at) {
    return text.charAt(at) == '\n' || text.charAt(at) == '\r';
  }

  private boolean isAt(int at, CharacterClass kind) {
    return at < end && kindAt(at) == kind;
  }

  private CharacterClass kindAt(int at) {
    return CharacterClass.of(text.codePointAt(at));
  }

  private int after(int at) {
    return at + Character.charCount(text.codePointAt(at));
  }
}
