package dev.kvasir.decode;

import dev.kvasir.decode.PromptReport.BlockReport;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.store.document.NamedDocuments;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What a decode worker counts; Prometheus shows the names with underscores. Thread-safe. */
final class DecodeMetrics {
  /** Why a block was encoded although the store should have had an answer. */
  enum Fallback {
    TIMEOUT,
    STORE_ERROR,
    DAMAGED,
    NOT_INSTALLED
  }

  private final MeterRegistry registry;
  private final Counter lookupTokens;

  DecodeMetrics(MeterRegistry registry) {
    this.registry = registry;
    lookupTokens = registry.counter("kvasir.lookup.tokens");
    showZeroes();
  }

  /** A counter that has not counted yet is shown as 0, not left out. */
  private void showZeroes() {
    damagedBlocks("store");
    damagedBlocks("encoder");
    quarantines();
    for (Fallback reason : Fallback.values()) {
      fallbacks(reason);
    }
    for (Source tier : List.of(Source.LOCAL, Source.GRID, Source.DISK)) {
      hitTokens(tier);
    }
  }

  private Counter damagedBlocks(String where) {
    return registry.counter("kvasir.integrity.failures", "where", where);
  }

  private Counter quarantines() {
    return registry.counter("kvasir.quarantined", "where", "decode");
  }

  private Counter fallbacks(Fallback reason) {
    return registry.counter("kvasir.fallback", "reason", lowerCase(reason));
  }

  private Counter hitTokens(Source tier) {
    return registry.counter("kvasir.hit.tokens", "tier", lowerCase(tier));
  }

  void watch(BlockGenerator generator) {
    Gauge.builder("kvasir.requests.running", generator::running).register(registry);
    Gauge.builder("kvasir.requests.waiting", generator::waiting).register(registry);
  }

  void watch(LocalBlockCache cache) {
    Gauge.builder("kvasir.local.cache.used.ratio", cache::usedShare).register(registry);
    Gauge.builder("kvasir.local.cache.bytes", () -> cache.stats().bytes()).register(registry);
    Gauge.builder("kvasir.local.cache.blocks", () -> cache.stats().blocks()).register(registry);
    FunctionCounter.builder(
            "kvasir.local.cache.evicted", cache, blocks -> (double) blocks.stats().evictions())
        .register(registry);
    FunctionCounter.builder("kvasir.evicted", cache, blocks -> (double) blocks.stats().evictions())
        .tags("tier", "local", "reason", "budget")
        .register(registry);
  }

  void watch(NamedDocuments documents) {
    FunctionCounter.builder("kvasir.documents.added", documents, NamedDocuments::added)
        .tag("worker", "decode")
        .register(registry);
    FunctionCounter.builder("kvasir.documents.left.out", documents, NamedDocuments::leftOut)
        .tag("worker", "decode")
        .register(registry);
  }

  void lookup(List<BlockReport> blocks) {
    for (BlockReport block : blocks) {
      lookupTokens.increment(block.tokens());
      switch (block.source()) {
        case LOCAL, GRID, DISK -> hitTokens(block.source()).increment(block.tokens());
        case ENCODED, FULL -> {}
      }
    }
  }

  Timer.Sample start() {
    return Timer.start(registry);
  }

  /** A block came from there in the store and is installed. */
  void fetched(Timer.Sample since, Source from, long bytes) {
    String tier = lowerCase(from);
    since.stop(
        Timer.builder("kvasir.fetch")
            .tag("tier", tier)
            .publishPercentileHistogram()
            .register(registry));
    registry.counter("kvasir.fetch.bytes", "tier", tier).increment((double) bytes);
  }

  /** The store took too long, and a block is encoded beside the read. */
  void hedged() {
    registry.counter("kvasir.fetch.hedges").increment();
  }

  /** Blocks that were encoded without asking the store, because that is cheaper now. */
  void notFetched(int blocks) {
    registry.counter("kvasir.fetch.skipped").increment(blocks);
  }

  void damaged(String where) {
    damagedBlocks(where).increment();
  }

  /** A damaged block was taken out of the store. */
  void quarantined() {
    quarantines().increment();
  }

  void fellBack(Fallback reason) {
    fallbacks(reason).increment();
  }

  void firstToken(AttentionMode mode, PromptReport report, Duration elapsed) {
    Timer.builder("kvasir.time.to.first.token")
        .tag("mode", lowerCase(mode))
        .tag("cache", cacheUse(report))
        .publishPercentileHistogram()
        .register(registry)
        .record(elapsed);
  }

  private static String cacheUse(PromptReport report) {
    boolean cached = report.cachedTokens() > 0;
    boolean missed = report.blocks().stream().anyMatch(b -> b.source() == Source.ENCODED);
    return cached ? (missed ? "partial" : "hit") : "miss";
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
