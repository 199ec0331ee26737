package dev.kvasir.engine.tokenizer;

/** What a token of a vocabulary is for. Only ordinary ones come out of text. */
enum TokenKind {
  /** A run of bytes. */
  ORDINARY,
  /** A mark such as {@code <|im_end|>}; it has no text. */
  CONTROL,
  /** A word outside the merges such as {@code <tool_call>}, which a model may write as text. */
  ADDED,
  /** A row of the model without meaning. */
  UNUSED
}
