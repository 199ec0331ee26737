package dev.kvasir.cli.faults;

import dev.kvasir.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Breaks the cluster and lets it heal. Not thread-safe. */
final class Injector {
  static final String SKIPPED = "SKIPPED: ";
  private static final Duration COME_BACK = Duration.ofSeconds(60);
  private static final Duration SETTLE = Duration.ofSeconds(4);
  private static final Duration SERVES_AGAIN = Duration.ofSeconds(30);
  private static final Duration LONG_STOP = Duration.ofSeconds(8);
  private static final Duration EXPULSION = Duration.ofSeconds(22);
  private static final Duration ENCODING = Duration.ofSeconds(4);
  private static final int FRESH = 4;
  private static final int DAMAGED_FILES = 8;
  private static final int DAMAGED_BLOCKS = 8;
  private static final Duration NOTICED = Duration.ofSeconds(10);

  private final Cluster cluster;
  private final Load load;
  private final Promise promise;
  private final WorkerMetrics metrics;
  private final TinyDisk tinyDisk;
  private final History history;

  Injector(
      Cluster cluster,
      Load load,
      Promise promise,
      WorkerMetrics metrics,
      TinyDisk tinyDisk,
      History history) {
    this.cluster = cluster;
    this.load = load;
    this.promise = promise;
    this.metrics = metrics;
    this.tinyDisk = tinyDisk;
    this.history = history;
  }

  /** Does it and waits until everything runs again. */
  void inject(Schedule.Planned planned) {
    long began = System.nanoTime();
    String detail = act(planned);
    history.fault(
        planned.fault().label() + (detail.startsWith(SKIPPED) ? " (skipped)" : ""),
        detail,
        (System.nanoTime() - began) / 1_000_000);
    Waiting.pause(SETTLE);
    requireHits(planned.fault());
  }

  /** The grid has to serve blocks again. */
  private void requireHits(Fault fault) {
    int before = history.hits();
    Duration patience = cluster.patient(SERVES_AGAIN);
    if (!Waiting.until(() -> history.hits() > before, patience)) {
      history.violation(
          "no block came from the grid for %d s after %s"
              .formatted(patience.toSeconds(), fault.label()));
    }
  }

  private String act(Schedule.Planned planned) {
    return switch (planned.fault()) {
      case KILL_CACHE_NODE -> killCacheNode(planned);
      case KILL_TWO_CACHE_NODES -> killTwo(planned);
      case KILL_PREFILL_WORKER -> killAndRestart(one(cluster.prefills(), planned), planned.down());
      case KILL_ENCODING_WORKER -> killEncoding(planned);
      case KILL_DECODE_WORKER -> killAndRestart(one(cluster.decodes(), planned), planned.down());
      case STOP_CACHE_NODE -> freeze(one(cluster.caches(), planned), planned.stop());
      case STOP_WORKER -> freeze(one(workers(), planned), planned.stop());
      case RESTART_GRID_WITH_DAMAGED_FILES -> restartGrid(planned);
      case DAMAGE_IN_MEMORY -> damage();
      case DISK_FULL -> fillDisk(planned);
      case PARTITION -> partition(one(cluster.caches(), planned), planned.stop());
    };
  }

  private List<Child> workers() {
    return Stream.concat(cluster.prefills().stream(), cluster.decodes().stream()).toList();
  }

  private static Child one(List<Child> some, Schedule.Planned planned) {
    return some.get(planned.target() % some.size());
  }

  private String killAndRestart(Child child, Duration down) {
    child.kill();
    Waiting.pause(down);
    restart(List.of(child));
    return child.name() + " down for " + down.toSeconds() + " s";
  }

  private void restart(List<Child> children) {
    children.forEach(Child::start);
    comeBack(children);
  }

  private void comeBack(List<Child> children) {
    Duration patience = cluster.patient(COME_BACK);
    if (!Cluster.awaitUp(children, patience)) {
      children.stream()
          .filter(child -> !child.up())
          .forEach(child ->
              history.violation(
                  "%s did not come back within %d s"
                      .formatted(child.name(), patience.toSeconds())));
    }
  }

  private String killCacheNode(Schedule.Planned planned) {
    Child child = one(cluster.caches(), planned);
    Set<String> before = promise.stored().orElse(Set.of());
    child.kill();
    StringBuilder detail = new StringBuilder(child.name());
    load.held(() -> detail.append(checkPromise(child, before)));
    Waiting.pause(planned.down());
    restart(List.of(child));
    return detail.toString();
  }

  private String checkPromise(Child child, Set<String> before) {
    OptionalDouble encodedBefore = metrics.encoded();
    Set<String> missing = promise.missing(before);
    OptionalDouble encodedAfter = metrics.encoded();
    if (!missing.isEmpty()) {
      history.violation(
          "LOST: %d of %d stored blocks after the kill of %s: %s"
              .formatted(missing.size(), before.size(), child.name(), missing));
    }
    return " %d of %d stored blocks still there, encoded meanwhile: %s"
        .formatted(
            before.size() - missing.size(),
            before.size(),
            encodedBefore.isPresent() && encodedAfter.isPresent()
                ? (long) (encodedAfter.getAsDouble() - encodedBefore.getAsDouble())
                : "unknown");
  }

  private String killTwo(Schedule.Planned planned) {
    List<Child> caches = cluster.caches();
    Child first = one(caches, planned);
    Child second = caches.get((planned.target() + 1) % caches.size());
    String text = killAndRestart(first, planned.down());
    Waiting.pause(SETTLE);
    return text + ", " + killAndRestart(second, planned.down());
  }

  private String killEncoding(Schedule.Planned planned) {
    load.allowFresh(FRESH);
    AtomicReference<Optional<Child>> encoding = new AtomicReference<>(Optional.empty());
    boolean found =
        Waiting.until(
            () -> {
              encoding.set(metrics.encoding());
              return encoding.get().isPresent();
            },
            ENCODING);
    Child child = encoding.get().orElseGet(() -> one(cluster.prefills(), planned));
    String text = killAndRestart(child, planned.down());
    return text + (found ? ", it was encoding" : ", it did not encode");
  }

  private String freeze(Child child, Duration length) {
    return child.name() + " frozen for " + away(child, length, child::pause, child::resume);
  }

  private String partition(Child cache, Duration length) {
    if (!cluster.canCut()) {
      return SKIPPED + "this user may not make network namespaces";
    }
    return cache.name()
        + " cut off for "
        + away(cache, length, () -> cluster.cut(cache), () -> cluster.mend(cache));
  }

  /** Out of the others' reach for a while; a cache node that was expelled is started again. */
  private String away(Child child, Duration length, Runnable leave, Runnable come) {
    int starts = child.starts();
    leave.run();
    Waiting.pause(length);
    come.run();
    boolean cache = child.role() == Child.Role.CACHE_NODE;
    boolean expelled =
        cache
            && length.compareTo(LONG_STOP) >= 0
            && Waiting.until(() -> child.starts() > starts, EXPULSION);
    comeBack(List.of(child));
    return "%d s%s".formatted(length.toSeconds(), expelled ? ", expelled and started again" : "");
  }

  private String restartGrid(Schedule.Planned planned) {
    cluster.caches().forEach(Child::kill);
    int damaged = Damage.flip(cluster.disk(planned.target() % Cluster.CACHE_NODES), DAMAGED_FILES);
    Waiting.pause(planned.down());
    restart(cluster.caches());
    return "%d damaged files of cache-%d"
        .formatted(damaged, planned.target() % Cluster.CACHE_NODES);
  }

  private String damage() {
    OptionalDouble before = metrics.damaged();
    try {
      int damaged = Vandal.flip(cluster.client("vandal"), DAMAGED_BLOCKS);
      Waiting.until(() -> metrics.damaged().orElse(0) > before.orElse(0) || damaged == 0, NOTICED);
      return "%d damaged blocks, found so far: %.0f"
          .formatted(damaged, metrics.damaged().orElse(0) - before.orElse(0));
    } catch (StoreException e) {
      return "nothing was damaged: " + e.getMessage();
    }
  }

  private String fillDisk(Schedule.Planned planned) {
    if (!tinyDisk.mounted()) {
      return SKIPPED + "this user may not mount a tmpfs";
    }
    tinyDisk.fill();
    load.allowFresh(FRESH);
    Waiting.pause(planned.stop());
    tinyDisk.free();
    return "disk of cache-%d full for %d s"
        .formatted(Cluster.CACHE_NODES - 1, planned.stop().toSeconds());
  }
}
