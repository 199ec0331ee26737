package dev.kvasir.decode;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.LayeredPass;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.kv.KvSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The KV state of one request: blocks that others share, then segments of its own that grow with
 * the answer. Borrows the blocks, owns the rest. Not thread-safe.
 */
final class RequestKv implements AutoCloseable {
  /** Tokens a further segment holds; a fixed number, so that the same prompt sums alike. */
  private static final int GROWTH_TOKENS = 256;

  private final Engine engine;
  private final List<Placed> context;
  private final List<KvSegment> owned = new ArrayList<>();
  private KvSegment own;
  private int ownStart;

  /**
   * Starts behind the given blocks.
   *
   * @param start position of the first token of its own
   * @param promptTokens tokens of the prompt still to be computed, kept in one segment
   */
  RequestKv(Engine engine, List<Placed> blocks, int start, int promptTokens) {
    this.engine = engine;
    context = new ArrayList<>(blocks);
    ownStart = start;
    own = allocate(promptTokens + GROWTH_TOKENS);
  }

  /**
   * Computes the tokens; the logits of the last one.
   *
   * @throws java.util.concurrent.CancellationException if it was stopped; the state is of no use
   */
  float[] append(TokenIds tokens, BooleanSupplier stopped) {
    if (own.tokens() + tokens.size() > own.capacity()) {
      context.add(new Placed(own, ownStart));
      ownStart += own.tokens();
      own = allocate(Math.max(GROWTH_TOKENS, tokens.size()));
    }
    return engine
        .forward(List.of(new Sequence(tokens, context, own, ownStart, true)), stopped)
        .getFirst();
  }

  /** Starts to compute the first tokens behind blocks that are still arriving. */
  LayeredPass layered(TokenIds tokens) {
    return engine.layered(new Sequence(tokens, context, own, ownStart, true));
  }

  private KvSegment allocate(int tokens) {
    KvSegment segment = engine.newSegment(tokens);
    owned.add(segment);
    return segment;
  }

  @Override
  public void close() {
    owned.forEach(KvSegment::close);
  }
}
