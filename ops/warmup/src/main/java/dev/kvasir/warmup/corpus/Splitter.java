package dev.kvasir.warmup.corpus;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;

/**
 * Cuts texts into passages of at most so many tokens. A passage never crosses a heading; it holds
 * as many whole paragraphs as fit. A paragraph that is too long by itself is cut between sentences,
 * a sentence between words, a word wherever it has to be. Immutable.
 *
 * @param tokens counts a text's tokens
 */
record Splitter(int maxTokens, ToIntFunction<String> tokens) {

  /**
   * A passage.
   *
   * @param headings above it, the outermost first
   */
  record Piece(List<String> headings, String text) {
    Piece {
      headings = List.copyOf(headings);
    }

    String title() {
      return String.join(" > ", headings);
    }
  }

  /** The passages of a text without headings. */
  List<Piece> plain(String text) {
    return pieces(List.of(new Section(List.of(), List.of(text.strip().split("\\R\\s*\\R")))));
  }

  /** The passages of a Markdown text; what stands in fenced code is no heading. */
  List<Piece> markdown(String text) {
    return pieces(Section.of(text));
  }

  private List<Piece> pieces(List<Section> sections) {
    List<Piece> pieces = new ArrayList<>();
    for (Section section : sections) {
      packed(section.paragraphs(), "\n\n", this::sentences)
          .forEach(text -> pieces.add(new Piece(section.headings(), text)));
    }
    return pieces;
  }

  private List<String> sentences(String paragraph) {
    return packed(
        broken(paragraph, BreakIterator.getSentenceInstance(Locale.ROOT)), "", this::words);
  }

  private List<String> words(String sentence) {
    return packed(broken(sentence, BreakIterator.getLineInstance(Locale.ROOT)), "", this::halves);
  }

  private List<String> halves(String word) {
    if (fits(word) || word.codePointCount(0, word.length()) < 2) {
      return List.of(word);
    }
    int middle = word.offsetByCodePoints(0, word.codePointCount(0, word.length()) / 2);
    List<String> parts = new ArrayList<>(halves(word.substring(0, middle)));
    parts.addAll(halves(word.substring(middle)));
    return parts;
  }

  /** As many neighbours together as fit; one that does not fit alone is cut. */
  private List<String> packed(List<String> parts, String between, Cut cut) {
    List<String> packed = new ArrayList<>();
    String open = "";
    for (String part : parts) {
      if (part.isBlank()) {
        continue;
      }
      String longer = open.isEmpty() ? part : open + between + part;
      if (fits(longer)) {
        open = longer;
        continue;
      }
      add(packed, open);
      open = "";
      if (fits(part)) {
        open = part;
      } else {
        cut.apply(part).forEach(piece -> add(packed, piece));
      }
    }
    add(packed, open);
    return packed;
  }

  private static void add(List<String> packed, String text) {
    if (!text.isBlank()) {
      packed.add(text.strip());
    }
  }

  private boolean fits(String text) {
    return tokens.applyAsInt(text) <= maxTokens;
  }

  private static List<String> broken(String text, BreakIterator breaks) {
    breaks.setText(text);
    List<String> parts = new ArrayList<>();
    int from = breaks.first();
    for (int to = breaks.next(); to != BreakIterator.DONE; to = breaks.next()) {
      parts.add(text.substring(from, to));
      from = to;
    }
    return parts;
  }

  private interface Cut {
    List<String> apply(String text);
  }
}
