package dev.kvasir.decode;

import dev.kvasir.engine.Engine;
import dev.kvasir.engine.ModelInfo;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.repair.Repair;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Answers prompts with Block-Attention or with full attention. A bounded number of requests runs at
 * a time, each on its own thread; an engine that batches runs their steps together. A bounded
 * number waits. Thread-safe.
 */
public final class BlockGenerator implements Generator {
  private static final int IDLE_SECONDS = 30;
  private static final int CLOSE_SECONDS = 60;

  private final ModelInfo model;
  private final Generation.Means means;
  private final DecodeOptions options;
  private final ThreadPoolExecutor executor;
  private final StartGate gate;
  private final Set<Generation> active = ConcurrentHashMap.newKeySet();
  private volatile Consumer<ServedPrompt> served = _ -> {};

  BlockGenerator(Engine engine, Generation.Means means, DecodeOptions options) {
    model = engine.model();
    this.means = means;
    this.options = options;
    executor =
        new ThreadPoolExecutor(
            options.maxRunning(),
            options.maxRunning(),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            options.maxWaiting() == 0
                ? new SynchronousQueue<>()
                : new LinkedBlockingQueue<>(options.maxWaiting()),
            Thread.ofPlatform().name("kvasir-decode-", 0).daemon().factory());
    executor.allowCoreThreadTimeOut(true);
    gate = new StartGate(options.overload(), options.maxRunning(), System::nanoTime);
  }

  /**
   * See {@link Generator#generate}.
   *
   * @throws OverloadedException if too many requests wait already, or the worker is overloaded
   * @throws IllegalArgumentException if the prompt has no final block or was made for another model
   */
  @Override
  public Handle generate(GenerationRequest request, GenerationListener listener) {
    check(request.prompt(), request.sampling().maxTokens());
    StartGate.Start start = gate.enter();
    Generation generation = new Generation(means, request, new StartWatch(listener, start), served);
    Runnable task =
        () -> {
          try {
            generation.run();
          } finally {
            active.remove(generation);
          }
        };
    active.add(generation);
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      active.remove(generation);
      start.close();
      gate.refused();
      throw refused();
    }
    return () -> cancel(generation, task);
  }

  @Override
  public boolean overloaded() {
    return gate.refuses();
  }

  private void cancel(Generation generation, Runnable task) {
    generation.cancel();
    if (executor.remove(task)) {
      Thread.startVirtualThread(task);
    }
  }

  private RuntimeException refused() {
    return executor.isShutdown()
        ? new IllegalStateException("the decode worker is closed")
        : new OverloadedException(options.maxWaiting() + " requests are waiting already");
  }

  /**
   * The logits of the first answer token, computed exactly as {@link #generate} does, on the
   * caller's thread.
   *
   * @return vocabulary
   */
  public float[] firstLogits(SegmentedPrompt prompt, AttentionMode mode) {
    return firstLogits(prompt, mode, Repair.NONE);
  }

  /** The same with a repair. */
  public float[] firstLogits(SegmentedPrompt prompt, AttentionMode mode, Repair repair) {
    check(prompt, 0);
    CompletableFuture<?> never = new CompletableFuture<>();
    try (Prefilled prefilled = means.runner().prefill(prompt, mode, repair, never, _ -> {})) {
      return prefilled.logits();
    }
  }

  /** Tells another of every request that is answered from blocks; it must be quick. */
  public void onServed(Consumer<ServedPrompt> listener) {
    served = listener;
  }

  /** How many requests wait to be answered. */
  int waiting() {
    return executor.getQueue().size();
  }

  /** How many requests are being answered. */
  int running() {
    return Math.max(0, active.size() - waiting());
  }

  /** Whether requests wait or are being answered. */
  public boolean busy() {
    return !active.isEmpty();
  }

  private void check(SegmentedPrompt prompt, int answerTokens) {
    int promptTokens = prompt.tokens();
    if ((long) promptTokens + answerTokens > model.contextTokens()) {
      throw new PromptTooLongException(promptTokens, answerTokens, model.contextTokens());
    }
    if (answerTokens < 0) {
      throw new IllegalArgumentException("maxTokens must be 0 or more: " + answerTokens);
    }
    if (prompt.finalBlock().size() == 0) {
      throw new IllegalArgumentException("a prompt needs a final block of at least one token");
    }
    for (CacheableBlock block : prompt.blocks()) {
      if (!block.identity().modelFingerprint().equals(model.fingerprint())) {
        throw new IllegalArgumentException("block=" + block.key() + " is another model's");
      }
    }
  }

  /** Cancels every request and waits until they have ended. */
  @Override
  public void close() {
    executor.shutdown();
    active.forEach(Generation::cancel);
    try {
      executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
