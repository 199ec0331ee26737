package dev.kvasir.prefill;

import dev.kvasir.store.document.NamedDocuments;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.Supplier;

/** What a prefill worker counts. Thread-safe. */
final class PrefillMetrics {
  private final MeterRegistry registry;
  private final Timer encodes;
  private final Counter encodedBlocks;
  private final Counter encodedTokens;
  private final Counter encodedBytes;
  private final Counter rawBytes;
  private final Counter quarantined;
  private final Counter coalesced;
  private final Counter found;
  private final Counter damaged;
  private final Counter refused;

  PrefillMetrics(MeterRegistry registry, Supplier<Number> waitingBlocks) {
    this.registry = registry;
    encodes =
        Timer.builder("kvasir.encode")
            .description("Time from taking a batch of blocks to its last canonical byte")
            .publishPercentileHistogram()
            .register(registry);
    encodedBlocks = registry.counter("kvasir.encoded.blocks");
    encodedTokens = registry.counter("kvasir.encoded.tokens");
    encodedBytes = registry.counter("kvasir.encoded.bytes");
    rawBytes = registry.counter("kvasir.encoded.raw.bytes");
    quarantined = registry.counter("kvasir.quarantined", "where", "prefill");
    coalesced = registry.counter("kvasir.encode.coalesced");
    found = registry.counter("kvasir.encode.found");
    refused = registry.counter("kvasir.encode.refused");
    damaged = registry.counter("kvasir.integrity.failures", "where", "prefill");
    Gauge.builder("kvasir.encode.waiting", waitingBlocks).register(registry);
  }

  void watch(NamedDocuments documents) {
    FunctionCounter.builder("kvasir.documents.added", documents, NamedDocuments::added)
        .tag("worker", "prefill")
        .register(registry);
    FunctionCounter.builder("kvasir.documents.left.out", documents, NamedDocuments::leftOut)
        .tag("worker", "prefill")
        .register(registry);
  }

  Timer.Sample start() {
    return Timer.start(registry);
  }

  void encoded(Timer.Sample since) {
    since.stop(encodes);
  }

  /**
   * A block was encoded.
   *
   * @param bytes of its records
   * @param raw bytes of its keys and values without headers and compression
   */
  void encoded(int tokens, long bytes, long raw) {
    encodedBlocks.increment();
    encodedTokens.increment(tokens);
    encodedBytes.increment((double) bytes);
    rawBytes.increment((double) raw);
  }

  /** A damaged block was taken out of the store. */
  void quarantined() {
    quarantined.increment();
  }

  /** A request joined an encode that another one started. */
  void coalesced() {
    coalesced.increment();
  }

  /** The store had the block already. */
  void found() {
    found.increment();
  }

  /** A deletion forbade to store what was encoded. */
  void refused() {
    refused.increment();
  }

  /** Another worker took longer than this one was ready to wait. */
  void impatient() {
    registry.counter("kvasir.encode.leases", "outcome", "impatient").increment();
  }

  /** Another worker took the block over while this one encoded it. */
  void overtaken() {
    registry.counter("kvasir.encode.leases", "outcome", "overtaken").increment();
  }

  void damaged() {
    damaged.increment();
  }

  void storeFailed(String operation) {
    registry.counter("kvasir.store.failures", "operation", operation).increment();
  }
}
