package dev.kvasir.admin.event;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.block.BlockKey;
import dev.kvasir.store.delete.Tombstones;
import dev.kvasir.store.event.BlockEvent;
import dev.kvasir.store.event.BlockEvents;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.guard.GuardNote;
import dev.kvasir.store.guard.GuardNotes;
import dev.kvasir.store.pin.Pins;
import dev.kvasir.warmup.job.Job;
import dev.kvasir.warmup.job.JobJson;
import dev.kvasir.warmup.job.Jobs;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Writes what happens in a grid into an event log: {@code block.*}, {@code pin.*}, {@code
 * deletion}, {@code warmup}, {@code gate.refused}, {@code audit.stopped} and {@code node.*}. Owns
 * its thread; borrows grid and log.
 */
public final class EventSources implements AutoCloseable {
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Grid grid;
  private final EventLog log;
  private final MeterRegistry registry;
  private final MissedEvents missed = new MissedEvents();
  private final List<Subscription> subscriptions;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("kvasir-events").factory());
  private Set<String> members;

  /** Counts in the registry what it has missed. */
  public EventSources(Grid grid, EventLog log, MeterRegistry registry) {
    this.grid = grid;
    this.log = log;
    this.registry = registry;
    members = ids();
    subscriptions =
        List.of(
            new BlockEvents(grid).subscribe(this::block),
            new Jobs(grid).watch(this::job),
            grid.map(Tombstones.MAP).watch(new Deleted()),
            new Pins(grid.map(Pins.MAP), InstantSource.system()).watch(new Pinned()),
            new GuardNotes(grid).watch(new Guarded()));
    var _ =
        clock.scheduleWithFixedDelay(
            this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Set<String> ids() {
    return grid.members().stream().map(Member::id).collect(Collectors.toCollection(TreeSet::new));
  }

  private void look() {
    Set<String> now = ids();
    now.stream().filter(id -> !members.contains(id)).forEach(id -> node("node.joined", id));
    members.stream().filter(id -> !now.contains(id)).forEach(id -> node("node.left", id));
    members = now;
    missed.look().forEach(this::missed);
  }

  private void missed(String node, long count) {
    registry.counter("kvasir.event.seq.gap", "member", node).increment((double) count);
    log.gap(object().put("of", "block").put("node", node).put("missed", count));
  }

  private void node(String kind, String id) {
    log.add(kind, object().put("node", id));
  }

  private void block(BlockEvent event) {
    missed.heard(event.origin());
    log.add(
        "block." + event.kind().label(),
        object()
            .put("hash", event.key().hex())
            .put("bytes", event.bytes())
            .put("scope", event.scope().orElse(null))
            .put("node", event.origin().member()));
  }

  private void job(Job job) {
    ObjectNode all = JobJson.of(job, Optional.empty());
    log.add(
        "warmup",
        object()
            .put("id", job.id())
            .put("state", job.state().label())
            .set("progress", all.get("progress")));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private final class Deleted implements SharedMap.Watcher {
    @Override
    public void changed(String key, String value) {
      Tombstones.parse(Map.entry(key, value))
          .ifPresent(tombstone ->
              log.add(
                  "deletion",
                  object()
                      .put("selector", tombstone.selector().text())
                      .put("generation", tombstone.generation())));
    }

    @Override
    public void gone(String key) {}

    @Override
    public void interrupted() {
      log.gap(object().put("of", "deletion"));
    }
  }

  private final class Pinned implements Pins.Watcher {
    @Override
    public void pinned(BlockKey key, Instant until) {
      log.add("pin.held", object().put("hash", key.hex()).put("until", until.toString()));
    }

    @Override
    public void free(BlockKey key) {
      log.add("pin.free", object().put("hash", key.hex()));
    }

    @Override
    public void interrupted() {
      log.gap(object().put("of", "pin"));
    }
  }

  private final class Guarded implements GuardNotes.Watcher {
    @Override
    public void noted(GuardNote note) {
      switch (note.kind()) {
        case PASSED -> {}
        case REFUSED -> log.add("gate.refused", guarded(note));
        case STOPPED ->
            log.add(
                "audit.stopped",
                guarded(note)
                    .put("scope", note.scope().orElse(null))
                    .put("collection", note.collection().orElse(null)));
      }
    }

    private static ObjectNode guarded(GuardNote note) {
      return object()
          .put("node", note.node())
          .put("model", note.model())
          .put("sentence", note.sentence());
    }

    @Override
    public void interrupted() {
      log.gap(object().put("of", "guard"));
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
    subscriptions.forEach(Subscription::close);
  }
}
