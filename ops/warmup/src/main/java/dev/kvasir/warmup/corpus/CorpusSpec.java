package dev.kvasir.warmup.corpus;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which texts.
 *
 * @param path a file of JSON lines, a folder of text or Markdown, or a Lucene index, to be found
 *     under the same path by every process that may run the job; or what {@link #sent} says
 * @param collection label of the passages that bring none
 * @param passageTokens how long a passage cut out of a text may be; lines of JSON are not cut
 * @param fields stored fields of a Lucene index; null elsewhere
 * @param limit how many items are read; 0: all
 */
public record CorpusSpec(
    String path,
    @Nullable String collection,
    int passageTokens,
    @Nullable LuceneFields fields,
    int limit) {
  public static final int USUAL_TOKENS = 200;
  private static final String SENT = "sent:";

  /**
   * Stored fields of an index.
   *
   * @param text the passage's text
   * @param title its title, if any
   * @param id its document id, if any
   */
  public record LuceneFields(String text, @Nullable String title, @Nullable String id) {}

  public CorpusSpec {
    if (path.isBlank()) {
      throw new IllegalArgumentException("the corpus needs a path");
    }
    if (passageTokens < 16) {
      throw new IllegalArgumentException(
          "passages of a corpus have at least 16 tokens: passageTokens=" + passageTokens);
    }
    if (limit < 0) {
      throw new IllegalArgumentException("limit must be 0 or more: limit=" + limit);
    }
  }

  /** Passages that came with the request and are kept under this id. */
  public static CorpusSpec sent(String id, @Nullable String collection) {
    return new CorpusSpec(SENT + id, collection, USUAL_TOKENS, null, 0);
  }

  /** The id of passages that came with the request; empty if the corpus lies at the path. */
  public Optional<String> sentId() {
    return path.startsWith(SENT) ? Optional.of(path.substring(SENT.length())) : Optional.empty();
  }

  /** All of what lies at this path. */
  public static CorpusSpec of(String path) {
    return new CorpusSpec(path, null, USUAL_TOKENS, null, 0);
  }
}
