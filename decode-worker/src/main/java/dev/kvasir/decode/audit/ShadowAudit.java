package dev.kvasir.decode.audit;

import dev.kvasir.block.BlockCodec;
import dev.kvasir.decode.BlockPath;
import dev.kvasir.decode.ServedPrompt;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.repair.Repair;
import dev.kvasir.engine.sample.LogitGap;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes a share of the requests in block mode again, on a thread of its own and while nobody is
 * being answered, if that can be had. From blocks encoded afresh the first logits must be the same
 * bit for bit; what is wrong there stops blocks, for a collection of a scope if all passages were
 * of it, else for the model. Against full attention agreement and divergence of requests without
 * repair are counted; too much of it stops blocks within one scope only. Thread-safe; borrows
 * engine and codec, owns its thread.
 */
public final class ShadowAudit implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShadowAudit.class);
  private static final long POLL_MILLIS = 5;

  private final AuditOptions options;
  private final BlockPath path;
  private final BooleanSupplier busy;
  private final MeterRegistry registry;
  private final Share share;
  private final Recomputation again;
  private final Divergences divergences;
  private final BlockingQueue<ServedPrompt> waiting;
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Starts.
   *
   * @param busy whether somebody is being answered
   */
  public ShadowAudit(
      Engine engine,
      BlockCodec codec,
      BlockPath path,
      AuditOptions options,
      BooleanSupplier busy,
      MeterRegistry registry) {
    this.options = options;
    this.path = path;
    this.busy = busy;
    this.registry = registry;
    share = new Share(options.share());
    again = new Recomputation(engine, codec, this::awaitTurn);
    divergences = new Divergences(options.window());
    waiting = new ArrayBlockingQueue<>(options.maxWaiting());
    thread = Thread.ofPlatform().daemon().name("kvasir-audit").unstarted(this::run);
    thread.start();
    count("equal", 0);
    count("different", 0);
  }

  /** Offers a request that was answered from blocks; returns at once. */
  public void offer(ServedPrompt sample) {
    if (share.takesNext() && !waiting.offer(sample)) {
      registry.counter("kvasir.audit.dropped").increment();
    }
  }

  /** Samples that wait. */
  public int waiting() {
    return waiting.size();
  }

  private void run() {
    while (!closed) {
      try {
        audit(waiting.take());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.debug("a sample could not be computed again", e);
        registry.counter("kvasir.audit.failed").increment();
      }
    }
  }

  private void awaitTurn() {
    long until = System.nanoTime() + options.patience().toNanos();
    while (busy.getAsBoolean() && !closed && System.nanoTime() < until) {
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void audit(ServedPrompt sample) {
    float[] cold = again.cold(sample);
    boolean equal = Arrays.equals(cold, sample.logits());
    count(equal ? "equal" : "different", 1);
    if (!equal) {
      double most = LogitGap.of(cold, sample.logits()).maxDifference();
      stop(
          sample.part().filter(part -> part.collection().isPresent()),
          "first logits differed by up to %.2g from those of the same blocks encoded afresh"
              .formatted(most));
    }
    if (sample.repair().equals(Repair.NONE)) {
      compare(sample, LogitGap.of(again.full(sample), sample.logits()));
    }
  }

  private void compare(ServedPrompt sample, LogitGap gap) {
    registry
        .counter("kvasir.audit.first.tokens", "agree", Boolean.toString(gap.sameFirst()))
        .increment();
    registry.summary("kvasir.audit.divergence").record(gap.divergence());
    options
        .maxDivergence()
        .ifPresent(most -> sample.part().ifPresent(part -> limit(part, gap.divergence(), most)));
  }

  private void limit(BlockPath.Part part, double divergence, double most) {
    divergences
        .add(part, divergence)
        .ifPresent(mean -> {
          if (mean > most) {
            stop(
                Optional.of(part),
                String.format(
                    Locale.ROOT,
                    "the mean divergence from full attention over %d requests was %.3g nats, more than %.3g",
                    options.window(),
                    mean,
                    most));
          }
        });
  }

  private void stop(Optional<BlockPath.Part> part, String reason) {
    String of =
        part.map(some -> some.collection().map(name -> "collection " + name).orElse("this tenant"))
            .orElse("this model");
    String sentence = "blocks were stopped for %s by the audit: %s".formatted(of, reason);
    if (path.stop(part, sentence)) {
      LOG.error("{} (scope={})", sentence, part.map(BlockPath.Part::scope).orElse("all"));
      registry.counter("kvasir.audit.stops").increment();
    }
  }

  private void count(String result, int by) {
    registry.counter("kvasir.audit.samples", "result", result).increment(by);
  }

  /** Ends its thread; a piece that runs is finished first. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
