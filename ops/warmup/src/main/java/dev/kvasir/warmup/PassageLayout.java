package dev.kvasir.warmup;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.Scope;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.PrefixMode;
import java.util.function.Function;

/** How this cluster makes blocks of passages. Thread-safe. */
public interface PassageLayout {

  /** Fingerprint of the model. */
  String model();

  ElementType elementType();

  /** How long a block may be, the one it is encoded behind included. */
  int contextTokens();

  /** Bytes of a block's keys and values. */
  long bytes(int tokens);

  /** Tokens of a text. */
  int tokens(String text);

  /**
   * The block that a request would look up which brings the passage; throws {@link
   * IllegalArgumentException} where a passage cannot be one.
   *
   * @param scope a tenant, whose shared collections are respected, or a shared collection, to which
   *     all passages belong
   */
  Function<Passage, CacheableBlock> blocks(Scope scope, PrefixMode prefix);
}
