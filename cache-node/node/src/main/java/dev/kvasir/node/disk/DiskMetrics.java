package dev.kvasir.node.disk;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** What a node counts of its files. Thread-safe. */
final class DiskMetrics {

  /** Why a file was taken away. */
  enum Loss {
    /** It was torn or its bytes had changed. */
    DAMAGED,
    /** Its name is none of ours. */
    FOREIGN,
    /** Others were used later and the bound was reached. */
    EVICTED,
    /** A deletion meant it, or somebody found the block damaged. */
    DELETED,
    /** This node was away for longer than tombstones live. */
    OUTDATED
  }

  private final MeterRegistry registry;
  private final Timer writes;
  private final Timer reads;
  private final Counter writtenBytes;
  private final Counter readBytes;
  private final AtomicInteger off = new AtomicInteger();

  DiskMetrics(MeterRegistry registry) {
    this.registry = registry;
    writes =
        Timer.builder("kvasir.disk.write")
            .description("Time to write a block's file and force it to the disk")
            .publishPercentileHistogram()
            .register(registry);
    reads =
        Timer.builder("kvasir.disk.read")
            .description("Time to read and check a block's file")
            .publishPercentileHistogram()
            .register(registry);
    writtenBytes = registry.counter("kvasir.disk.written.bytes");
    readBytes = registry.counter("kvasir.disk.read.bytes");
    registry.gauge("kvasir.disk.writes.off", off);
    evicted();
  }

  void watch(DiskFiles files) {
    Gauge.builder("kvasir.disk.blocks", files, DiskFiles::blocks).register(registry);
    Gauge.builder("kvasir.disk.bytes", files, DiskFiles::bytes).register(registry);
    Gauge.builder("kvasir.stored.bytes", files, DiskFiles::bytes)
        .tag("tier", "disk")
        .register(registry);
  }

  Timer.Sample start() {
    return Timer.start(registry);
  }

  void written(Timer.Sample since, long bytes) {
    since.stop(writes);
    writtenBytes.increment((double) bytes);
  }

  void read(Timer.Sample since, long bytes) {
    since.stop(reads);
    readBytes.increment((double) bytes);
  }

  void lost(Loss why) {
    registry.counter("kvasir.disk.lost", "reason", why.name().toLowerCase(Locale.ROOT)).increment();
    if (why == Loss.EVICTED) {
      evicted().increment();
    }
  }

  private Counter evicted() {
    return registry.counter("kvasir.evicted", "tier", "disk", "reason", "budget");
  }

  /**
   * A block was not written.
   *
   * @param reason {@code full} queue, {@code gone} from memory before its turn, {@code large},
   *     {@code no_room}, {@code damaged}, {@code off} or {@code failed}
   */
  void skipped(String reason) {
    registry.counter("kvasir.disk.skipped", "reason", reason).increment();
  }

  /** The disk or the grid failed in this. */
  void failed(String operation) {
    registry.counter("kvasir.disk.failures", "operation", operation).increment();
  }

  /**
   * A reader's request was served.
   *
   * @param outcome {@code stored}, {@code absent}, {@code refused} or {@code failed}
   */
  void fetched(String outcome) {
    registry.counter("kvasir.disk.fetches", "outcome", outcome).increment();
  }

  void writesOff(boolean isOff) {
    off.set(isOff ? 1 : 0);
  }
}
