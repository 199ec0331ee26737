package dev.kvasir.bench.rival;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;

/**
 * How llama.cpp runs.
 *
 * @param batch most tokens in a call
 * @param ubatch most tokens that run through the model together
 * @param context tokens that the KV cache holds, of all sequences together
 * @param unified whether the sequences share one KV buffer
 */
public record LlamaSetting(
    Path model,
    boolean flash,
    int batch,
    int ubatch,
    int context,
    int sequences,
    boolean unified,
    int threads) {
  private static final int USUAL_BATCH = 512;

  /** One sequence, in batches of 512. */
  public static LlamaSetting single(Path model, boolean flash, int context, int threads) {
    return new LlamaSetting(model, flash, USUAL_BATCH, USUAL_BATCH, context, 1, false, threads);
  }

  /** With other batches. */
  public LlamaSetting batches(int most, int together) {
    return new LlamaSetting(model, flash, most, together, context, sequences, unified, threads);
  }

  /** With several sequences, each with that much context. */
  public LlamaSetting sequences(int count, int contextOfEach, boolean shared) {
    return new LlamaSetting(
        model, flash, batch, ubatch, count * contextOfEach, count, shared, threads);
  }

  /** What a reader of a figure has to know. */
  public String label() {
    String file = String.valueOf(model.getFileName());
    String kind = file.contains(".F16.") ? "F16" : "Q4_1";
    return "llama.cpp %s, flash %s, ubatch %d%s"
        .formatted(
            kind,
            flash ? "on" : "off",
            ubatch,
            sequences == 1 ? "" : unified ? ", unified KV" : ", KV per sequence");
  }

  ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("model", model.toString())
        .put("flash", flash)
        .put("batch", batch)
        .put("ubatch", ubatch)
        .put("context", context)
        .put("sequences", sequences)
        .put("unified", unified)
        .put("threads", threads);
  }
}
