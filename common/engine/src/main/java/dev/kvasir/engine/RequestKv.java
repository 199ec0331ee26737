package dev.kvasir.engine;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Sequence.Placed;
import dev.kvasir.engine.kernel.Sharpening;
import dev.kvasir.engine.kv.KvSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The KV state of one request: blocks that others share, then segments of its own that grow with
 * the answer. Borrows the blocks, owns the rest. Not thread-safe.
 */
public final class RequestKv implements AutoCloseable {
  /** Tokens a further segment holds; a fixed number, so that the same prompt sums alike. */
  private static final int GROWTH_TOKENS = 256;

  private final Engine engine;
  private final Sharpening sharpening;
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
  public RequestKv(Engine engine, List<Placed> blocks, int start, int promptTokens) {
    this(engine, blocks, Sharpening.NONE, start, promptTokens);
  }

  /**
   * Starts behind the given blocks, of which the first are weighed otherwise.
   *
   * @param start position of the first token of its own
   * @param promptTokens tokens of the prompt still to be computed, kept in one segment
   */
  public RequestKv(
      Engine engine, List<Placed> blocks, Sharpening sharpening, int start, int promptTokens) {
    this.engine = engine;
    this.sharpening = sharpening;
    context = new ArrayList<>(blocks);
    ownStart = start;
    own = allocate(promptTokens + GROWTH_TOKENS);
  }

  /** Takes over segments among its blocks, which are closed with it. */
  public void own(List<KvSegment> segments) {
    owned.addAll(segments);
  }

  /**
   * Computes the tokens; the logits of the last one.
   *
   * @throws java.util.concurrent.CancellationException if it was stopped; the state is of no use
   */
  public float[] append(TokenIds tokens, BooleanSupplier stopped) {
    return append(List.of(), tokens, stopped);
  }

  /**
   * Computes sequences that replace rows of its blocks, and behind them the tokens; the logits of
   * the last one.
   *
   * @throws java.util.concurrent.CancellationException if it was stopped; the state is of no use
   */
  public float[] append(List<Sequence> before, TokenIds tokens, BooleanSupplier stopped) {
    if (own.tokens() + tokens.size() > own.capacity()) {
      context.add(new Placed(own, ownStart));
      ownStart += own.tokens();
      own = allocate(Math.max(GROWTH_TOKENS, tokens.size()));
    }
    List<Sequence> batch = new ArrayList<>(before);
    batch.add(sequence(tokens));
    return engine.forward(batch, stopped).getLast();
  }

  private Sequence sequence(TokenIds tokens) {
    return new Sequence(tokens, List.of(), context, own, ownStart, sharpening, true);
  }

  /** Starts to compute the first tokens behind blocks that are still arriving. */
  public LayeredPass layered(TokenIds tokens) {
    return engine.layered(sequence(tokens));
  }

  /** A state that goes on from this one, which must stay open and as it is meanwhile. */
  public RequestKv branch(int tokens) {
    List<Placed> seen = new ArrayList<>(context);
    seen.add(new Placed(own, ownStart));
    return new RequestKv(engine, seen, sharpening, ownStart + own.tokens(), tokens);
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
