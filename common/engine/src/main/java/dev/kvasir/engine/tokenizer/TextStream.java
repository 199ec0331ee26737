package dev.kvasir.engine.tokenizer;

import java.util.List;

/**
 * The text of one generation as it grows: ids in, deltas out. A delta never holds part of a
 * character, and no part of a stop string is ever shown. Not thread-safe.
 */
public final class TextStream {
  private final Tokenizer tokenizer;
  private final Utf8Stream characters = new Utf8Stream();
  private final StopStrings stops;

  public TextStream(Tokenizer tokenizer) {
    this(tokenizer, List.of());
  }

  /**
   * A stream that ends before the first of the stop strings.
   *
   * @throws IllegalArgumentException where a stop string is empty
   */
  public TextStream(Tokenizer tokenizer, List<String> stops) {
    this.tokenizer = tokenizer;
    this.stops = new StopStrings(stops);
  }

  /** The text that this token lets show; often empty. */
  public String append(int id) {
    return stops.append(characters.append(tokenizer.bytes(id)));
  }

  /** Whether a stop string came up; nothing more will be shown. */
  public boolean stopped() {
    return stops.stopped();
  }

  /** The text held back until now; call once, after the last token. */
  public String finish() {
    return stops.append(characters.finish()) + stops.finish();
  }
}
