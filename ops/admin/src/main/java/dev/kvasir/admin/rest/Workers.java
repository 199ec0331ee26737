package dev.kvasir.admin.rest;

import dev.kvasir.store.grid.Grid;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The decode workers that members of the grid announce, in turn. Borrows the grid. Thread-safe. */
public final class Workers {
  private final Grid grid;
  private final AtomicInteger turn = new AtomicInteger();

  public Workers(Grid grid) {
    this.grid = grid;
  }

  /** The next one; empty if there is none. May block. */
  public Optional<URI> any() {
    List<URI> all =
        grid.members().stream()
            .filter(member -> Nodes.kind(member).equals("decode-worker"))
            .map(Nodes::url)
            .flatMap(Optional::stream)
            .sorted(Comparator.naturalOrder())
            .toList();
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(all.get(Math.floorMod(turn.getAndIncrement(), all.size())));
  }
}
