package dev.kvasir.store.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.guard.GuardNote.Kind;
import dev.kvasir.store.memory.MemoryGrid;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardBoardTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_800_000_000_123L);

  private final MemoryGrid grid = new MemoryGrid(() -> NOW);
  private final GuardNotes notes = new GuardNotes(grid);

  @ParameterizedTest
  @EnumSource
  void text_ofANote_isReadBack(Kind kind) {
    GuardNote note =
        new GuardNote(
            kind,
            "node-1 a",
            "a model/with %",
            Optional.of("tenant:acme"),
            Optional.of("-"),
            NOW,
            "why; \"ü\"\n");

    assertThat(GuardNote.parse(note.text())).contains(note);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1 passed a b - - 1",
        "2 passed a b - - 1 c",
        "1 odd a b - - 1 c",
        "1 passed a b - - x c",
        "1 passed %zz b - - 1 c"
      })
  void parse_otherText_isEmpty(String text) {
    assertThat(GuardNote.parse(text)).isEmpty();
  }

  @Test
  void board_gateAndStops_areReadByEverybodyOnce() {
    List<GuardNote> heard = new ArrayList<>();
    try (GuardBoard board = board(grid);
        var _ = notes.watch(hearing(heard))) {
      board.gate(true, "fine");
      board.stopped(Optional.of("tenant:acme"), Optional.of("news"), "wrong");
      board.stopped(Optional.of("tenant:acme"), Optional.of("news"), "wrong again");
      board.stopped(Optional.empty(), Optional.empty(), "all wrong");
    }

    assertThat(notes.all().join())
        .extracting(GuardNote::kind, GuardNote::collection, GuardNote::sentence)
        .containsExactlyInAnyOrder(
            tuple(Kind.PASSED, Optional.empty(), "fine"),
            tuple(Kind.STOPPED, Optional.of("news"), "wrong"),
            tuple(Kind.STOPPED, Optional.empty(), "all wrong"));
    assertThat(heard).hasSize(3);
  }

  @Test
  void board_ofTheNextLife_takesDownItsOwnNotesOnly() {
    MemoryGrid other = grid.join(new Member("other", Map.of()));
    board(grid).stopped(Optional.empty(), Optional.empty(), "wrong");
    board(other).gate(true, "fine");

    board(grid).gate(true, "fine, too");

    assertThat(notes.all().join())
        .extracting(GuardNote::sentence)
        .containsExactlyInAnyOrder("fine", "fine, too");
    other.close();
    assertThat(notes.all().join()).extracting(GuardNote::sentence).containsExactly("fine, too");
  }

  @Test
  void board_gridThatDoesNotAnswer_offersTheNotesAgainInOrder() {
    AtomicBoolean down = new AtomicBoolean(true);
    Queue<Runnable> later = new ArrayDeque<>();
    SharedMap unsteady = new UnsteadyMap(grid.map(GuardNotes.MAP), down::get);
    try (GuardBoard board = new GuardBoard("local", "m", unsteady, () -> NOW, later::add)) {
      board.gate(true, "fine");
      board.stopped(Optional.empty(), Optional.empty(), "wrong");
      later.remove().run();
      assertThat(notes.all().join()).isEmpty();
      down.set(false);
      later.remove().run();
    }

    assertThat(later).isEmpty();
    assertThat(notes.all().join()).hasSize(2);
  }

  private static GuardBoard board(Grid grid) {
    return new GuardBoard(grid, "m", () -> NOW);
  }

  private static GuardNotes.Watcher hearing(List<GuardNote> heard) {
    return new GuardNotes.Watcher() {
      @Override
      public void noted(GuardNote note) {
        heard.add(note);
      }

      @Override
      public void interrupted() {}
    };
  }
}
