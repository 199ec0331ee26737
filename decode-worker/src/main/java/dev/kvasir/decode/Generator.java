package dev.kvasir.decode;

/** Answers prompts. Thread-safe. */
public interface Generator extends AutoCloseable {

  /**
   * Starts answering and returns at once; the listener is called from another thread, in order:
   * {@code prompt}, any number of {@code text}, then one of {@code finished} and {@code failed}.
   *
   * @throws PromptTooLongException if prompt and answer do not fit the model's context
   */
  Handle generate(GenerationRequest request, GenerationListener listener);

  /** Whether a request would be refused now; one that is told so counts as refused. */
  default boolean overloaded() {
    return false;
  }

  @Override
  void close();

  /** A running generation. */
  interface Handle {
    /**
     * Stops decoding soon; ends with {@code finished} and reason {@code cancelled}. Encodes that
     * others wait for go on.
     */
    void cancel();
  }
}
