package dev.kvasir.admin;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.pin.Pins;
import dev.kvasir.warmup.job.Answers;
import dev.kvasir.warmup.job.Job;
import dev.kvasir.warmup.job.JobBoard;
import dev.kvasir.warmup.job.Progress.Counts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows what belongs to no single node: pins, the blocks of warm-up jobs and, if it is wanted, the
 * bytes of each scope. It looks now and then. Owns its thread; borrows the rest.
 */
public final class ClusterGauges implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterGauges.class);

  private final Sources sources;
  private final InstantSource clock;
  private final MultiGauge warmUpItems;
  private final MultiGauge chargedBytes;
  private final Map<BlockKey, Instant> pinnedSince = new HashMap<>();
  private volatile int pins;
  private volatile double oldestPinSeconds;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kvasir-gauges").factory());

  /**
   * Where it looks.
   *
   * @param charged blocks whose bytes are shown by scope, for which it reads the metadata of every
   *     one; empty: none
   */
  public record Sources(Pins pins, JobBoard jobs, Optional<BlockStore> charged) {}

  /** Shows nothing until it has looked. */
  public ClusterGauges(Sources sources, MeterRegistry registry, InstantSource clock) {
    this.sources = sources;
    this.clock = clock;
    warmUpItems = MultiGauge.builder("kvasir.warmup.items").register(registry);
    chargedBytes = MultiGauge.builder("kvasir.tenant.charged.bytes").register(registry);
    Gauge.builder("kvasir.pins", () -> pins).register(registry);
    Gauge.builder("kvasir.pin.age.seconds.max", () -> oldestPinSeconds).register(registry);
  }

  /** Looks once in that time. */
  public ClusterGauges every(Duration time) {
    var _ =
        thread.scheduleWithFixedDelay(
            this::lookAgain, time.toMillis(), time.toMillis(), TimeUnit.MILLISECONDS);
    return this;
  }

  private void lookAgain() {
    try {
      look();
    } catch (StoreException e) {
      LOG.debug("the grid does not answer: figures stay as they are", e);
    }
  }

  /**
   * Looks now.
   *
   * @throws StoreException if the grid does not answer
   */
  void look() {
    pins(Answers.await(sources.pins().list()).keySet());
    warmUpItems.register(
        sources.jobs().list().stream().flatMap(ClusterGauges::items).toList(), true);
    sources.charged().ifPresent(blocks -> chargedBytes.register(charged(blocks), true));
  }

  /** A pin does not say when it began: what counts is since when it has been seen. */
  private void pins(Set<BlockKey> held) {
    Instant now = clock.instant();
    pinnedSince.keySet().retainAll(held);
    held.forEach(key -> pinnedSince.putIfAbsent(key, now));
    pins = held.size();
    oldestPinSeconds =
        pinnedSince.values().stream()
            .mapToDouble(since -> Duration.between(since, now).toMillis() / 1_000.0)
            .max()
            .orElse(0);
  }

  private static Stream<Row<?>> items(Job job) {
    Counts counts = job.progress().total();
    return Stream.of(
        item(job, "encoded", counts.encoded()),
        item(job, "found", counts.found()),
        item(job, "refused", counts.refused()),
        item(job, "failed", counts.failed()),
        item(job, "waiting", job.plan().blocks() - counts.done()));
  }

  private static Row<?> item(Job job, String state, long count) {
    return Row.of(Tags.of("job", job.id(), "state", state), count);
  }

  private static List<Row<?>> charged(BlockStore blocks) {
    Map<String, Long> bytes = new ConcurrentHashMap<>();
    blocks.scan(block -> bytes.merge(block.info().scope(), block.bytes(), Long::sum));
    return bytes.entrySet().stream()
        .<Row<?>>map(scope -> Row.of(Tags.of("tenant", scope.getKey()), scope.getValue()))
        .toList();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
