package dev.kvasir.store.guard;

import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Reads what the guards of all processes decided, in the grid's map {@value #MAP}. Borrows the
 * grid. Thread-safe; never blocks.
 */
public final class GuardNotes {
  static final String MAP = "kvasir-guards";

  private final Grid grid;
  private final SharedMap map;

  public GuardNotes(Grid grid) {
    this.grid = grid;
    map = grid.map(MAP);
  }

  /** Every note of the processes that are in the grid now, the oldest first. */
  public CompletableFuture<List<GuardNote>> all() {
    return map.entries()
        .thenApply(texts -> {
          Set<String> present = grid.members().stream().map(Member::id).collect(Collectors.toSet());
          return texts.values().stream()
              .flatMap(text -> GuardNote.parse(text).stream())
              .filter(note -> present.contains(note.node()))
              .sorted(Comparator.comparing(GuardNote::at).thenComparing(GuardNote::node))
              .toList();
        });
  }

  /** Tells of new notes until it is closed. */
  public Subscription watch(Watcher watcher) {
    return map.watch(new Changes(watcher));
  }

  /** Hears of notes; called on threads of the grid, must not block. */
  public interface Watcher {
    void noted(GuardNote note);

    /** Notes may have been missed: read all again. */
    void interrupted();
  }

  private record Changes(Watcher watcher) implements SharedMap.Watcher {
    @Override
    public void changed(String key, String text) {
      GuardNote.parse(text).ifPresent(watcher::noted);
    }

    @Override
    public void gone(String key) {}

    @Override
    public void interrupted() {
      watcher.interrupted();
    }
  }
}
