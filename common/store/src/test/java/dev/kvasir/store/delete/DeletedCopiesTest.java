package dev.kvasir.store.delete;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.store.BlockStore;
import dev.kvasir.store.StoreException;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Topic;
import dev.kvasir.store.guard.UnsteadyMap;
import dev.kvasir.store.memory.MemoryGrid;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeletedCopiesTest {
  private static final Selector ONE = new Selector.Model("one");
  private static final Selector TWO = new Selector.Model("two");
  private static final Duration SOON = Duration.ofMillis(5);

  private final MemoryGrid grid = new MemoryGrid();
  private final Tombstones tombstones =
      new Tombstones(grid.map(Tombstones.MAP), Duration.ofHours(1));
  private final BlockingQueue<Selector> dropped = new LinkedBlockingQueue<>();

  @AfterEach
  void close() {
    grid.close();
  }

  @Test
  void open_gridRefusesToSayWhatIsDeleted_isAskedAgainUntilItDoes() throws InterruptedException {
    tombstones.bury(ONE).join();
    Grid refusing = new Refusing(grid, new AtomicInteger(3));
    try (DeletedCopies _ = copies(refusing, (selector, _) -> dropped.add(selector))) {
      assertThat(next()).isEqualTo(ONE);
    }
  }

  @Test
  void drop_fails_isDoneAgainAndHoldsNoOtherUp() throws InterruptedException {
    tombstones.bury(ONE).join();
    tombstones.bury(TWO).join();
    AtomicInteger refusals = new AtomicInteger(3);
    DeletedCopies.Holder holder =
        (selector, _) -> {
          if (selector.equals(ONE) && refusals.getAndDecrement() > 0) {
            throw new StoreException("not now");
          }
          dropped.add(selector);
        };
    try (DeletedCopies _ = copies(grid, holder)) {
      assertThat(next()).isEqualTo(TWO);
      Selector later = next();
      while (!later.equals(ONE)) {
        later = next();
      }
    }
    assertThat(refusals.get()).isNegative();
  }

  @Test
  void changed_dropFails_isDoneAgain() throws InterruptedException {
    AtomicInteger refusals = new AtomicInteger(1);
    DeletedCopies.Holder holder =
        (selector, _) -> {
          if (refusals.getAndDecrement() > 0) {
            throw new StoreException("not now");
          }
          dropped.add(selector);
        };
    try (DeletedCopies _ = copies(grid, holder)) {
      tombstones.bury(ONE).join();
      assertThat(next()).isEqualTo(ONE);
    }
  }

  private static DeletedCopies copies(Grid grid, DeletedCopies.Holder holder) {
    return new DeletedCopies(grid, List.of(holder), SOON);
  }

  private Selector next() throws InterruptedException {
    return Optional.ofNullable(dropped.poll(20, TimeUnit.SECONDS)).orElseThrow();
  }

  /** Its maps answer nothing at first, as tombstones in a part of a grid without a majority. */
  private record Refusing(MemoryGrid behind, AtomicInteger refusals) implements Grid {
    @Override
    public SharedMap map(String name) {
      return new UnsteadyMap(behind.map(name), () -> refusals.getAndDecrement() > 0);
    }

    @Override
    public String name() {
      return behind.name();
    }

    @Override
    public Member self() {
      return behind.self();
    }

    @Override
    public List<Member> members() {
      return behind.members();
    }

    @Override
    public BlockStore blocks() {
      return behind.blocks();
    }

    @Override
    public Topic topic(String name) {
      return behind.topic(name);
    }

    @Override
    public Optional<LocalBlocks> local() {
      return behind.local();
    }

    @Override
    public void close() {
      behind.close();
    }
  }
}
