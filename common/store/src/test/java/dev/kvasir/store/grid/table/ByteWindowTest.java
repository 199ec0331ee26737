package dev.kvasir.store.grid.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ByteWindowTest {
  private final ByteWindow window = new ByteWindow(100);
  private final List<String> started = new ArrayList<>();

  @Test
  void run_roomForTwo_startsTwoAndQueuesTheRestInOrder() {
    CompletableFuture<String> a = new CompletableFuture<>();
    CompletableFuture<String> b = new CompletableFuture<>();
    CompletableFuture<String> first = run("a", 50, a);
    CompletableFuture<String> second = run("b", 50, b);
    CompletableFuture<String> third = run("c", 60, CompletableFuture.completedFuture("C"));
    CompletableFuture<String> fourth = run("d", 1, CompletableFuture.completedFuture("D"));
    assertThat(started).containsExactly("a", "b");
    a.complete("A");
    assertThat(started).containsExactly("a", "b");
    b.complete("B");
    assertThat(started).containsExactly("a", "b", "c", "d");
    assertThat(List.of(first, second, third, fourth))
        .extracting(CompletableFuture::join)
        .containsExactly("A", "B", "C", "D");
    assertThat(window.inFlightBytes()).isZero();
  }

  @Test
  void run_largerThanWindow_runsAlone() {
    CompletableFuture<String> large = new CompletableFuture<>();
    var first = run("large", 1000, large);
    var second = run("small", 1, CompletableFuture.completedFuture("s"));
    assertThat(started).containsExactly("large");
    large.complete("l");
    assertThat(first).isCompletedWithValue("l");
    assertThat(second).isCompletedWithValue("s");
  }

  @Test
  void run_callFails_givesRoomBack() {
    var failing = run("a", 100, CompletableFuture.failedFuture(new IllegalStateException("no")));
    assertThat(failing).isCompletedExceptionally();
    assertThat(run("b", 100, CompletableFuture.completedFuture("B"))).isCompletedWithValue("B");
  }

  @Test
  void run_deadlinePasses_givesRoomBackAndSkipsWaitingOnes() {
    var stuck = run("stuck", 100, new CompletableFuture<>());
    var waiting = run("waiting", 100, new CompletableFuture<>());
    var next = run("next", 100, CompletableFuture.completedFuture("n"));
    waiting.completeExceptionally(new TimeoutException());
    stuck.completeExceptionally(new TimeoutException());
    assertThat(next).isCompletedWithValue("n");
    assertThat(started).containsExactly("stuck", "next");
    assertThat(window.inFlightBytes()).isZero();
  }

  private CompletableFuture<String> run(String name, long bytes, CompletableFuture<String> call) {
    return window.run(
        bytes,
        () -> {
          started.add(name);
          return call;
        });
  }
}
