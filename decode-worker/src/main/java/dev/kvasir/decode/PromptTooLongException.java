package dev.kvasir.decode;

/** Prompt and answer do not fit the model's context: send fewer or shorter passages. */
public final class PromptTooLongException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public PromptTooLongException(int promptTokens, int answerTokens, int contextTokens) {
    super(
        "the prompt has %d tokens and the answer may have %d, but the model's context is %d tokens: send fewer or shorter passages"
            .formatted(promptTokens, answerTokens, contextTokens));
  }
}
