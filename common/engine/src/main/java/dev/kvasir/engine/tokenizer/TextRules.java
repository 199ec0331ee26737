package dev.kvasir.engine.tokenizer;

import java.util.function.Consumer;

/**
 * What happens to text before merges.
 *
 * @param composed whether text is brought into composed form (NFC) first
 * @param wholePieces whether a piece that is a token is taken as it is, whatever the merges give
 */
record TextRules(PreTokenizer pre, boolean composed, boolean wholePieces) {
  /** The pieces of a text in order. */
  void split(String text, Consumer<String> pieces) {
    String wellFormed = UnicodeText.wellFormed(text);
    pre.split(composed ? ComposedText.of(wellFormed) : wellFormed, pieces);
  }

  /** Changes whenever the code would give other ids for the same vocabulary. */
  String algorithm() {
    TextRules usual = pre.usualRules();
    return "kvasir-%s-bpe-1%s%s"
        .formatted(
            pre.label(),
            composed == usual.composed ? "" : "-composed=" + composed,
            wholePieces == usual.wholePieces ? "" : "-whole=" + wholePieces);
  }
}
