package dev.kvasir.decode;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.LayeredPass;
import dev.kvasir.engine.RequestKv;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Computes a prompt's final block while its blocks still arrive: each layer as soon as every block
 * has it. While it waits the engine is free, so it holds up nobody and nobody needs to hurry it.
 * What it computed counts only if all blocks came to be the ones that it has read. Owns its share
 * of the blocks and, until it is taken, the KV. Used by one thread.
 */
final class EarlyPass implements AutoCloseable {
  private final Engine engine;
  private final EarlyBlocks blocks;
  private final RequestKv kv;
  private float @Nullable [] logits;
  private boolean taken;
  private long waitedNanos;
  private long overlapNanos;

  /** Takes over the blocks; {@code finalTokens} will be computed behind them. */
  EarlyPass(Engine engine, EarlyBlocks blocks, int finalStart, int finalTokens) {
    this.engine = engine;
    this.blocks = blocks;
    this.kv = new RequestKv(engine, blocks.placed(), finalStart, finalTokens);
  }

  /**
   * Computes; in vain if a block does not come to its end as it began.
   *
   * @param whole done when all blocks are there
   * @param cancelled done when the result is no longer wanted
   * @throws CancellationException if it was cancelled
   */
  void run(TokenIds tokens, CompletableFuture<?> whole, CompletableFuture<?> cancelled) {
    LayeredPass pass = kv.layered(tokens);
    int layers = engine.model().geometry().layers();
    try {
      for (int done = 0; done < layers; ) {
        await(blocks.layer(done), cancelled);
        done = blocks.ready(layers);
        advance(pass, done, whole);
      }
    } catch (CompletionException e) {
      return;
    }
    logits = pass.finish();
  }

  private void await(CompletableFuture<Void> layer, CompletableFuture<?> cancelled) {
    long since = System.nanoTime();
    CompletableFuture.anyOf(layer, cancelled).join();
    waitedNanos += System.nanoTime() - since;
    if (cancelled.isDone()) {
      throw new CancellationException("the caller has left");
    }
  }

  private void advance(LayeredPass pass, int layers, CompletableFuture<?> whole) {
    boolean overlaps = !whole.isDone();
    long since = System.nanoTime();
    pass.advance(layers);
    if (overlaps) {
      overlapNanos += System.nanoTime() - since;
    }
  }

  /** The prompt, computed, if these are its blocks; takes over the whole ones then. */
  Optional<Prefilled> take(ResolvedBlocks whole, PromptReport report) {
    float[] computed = logits;
    if (computed == null || !blocks.became(whole)) {
      return Optional.empty();
    }
    taken = true;
    return Optional.of(new Prefilled(whole, kv, computed, report));
  }

  /** Time in which it could not go on. */
  Duration waited() {
    return Duration.ofNanos(waitedNanos);
  }

  /** Time of the steps that it began before all blocks were whole. */
  Duration overlap() {
    return Duration.ofNanos(overlapNanos);
  }

  @Override
  public void close() {
    if (!taken) {
      kv.close();
    }
    blocks.close();
  }
}
