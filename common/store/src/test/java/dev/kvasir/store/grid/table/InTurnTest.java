package dev.kvasir.store.grid.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InTurnTest {
  @Test
  void execute_manyTasks_runOneAfterTheOtherAlsoAfterOneFails() throws InterruptedException {
    InTurn turn = new InTurn("test");
    List<Integer> seen = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    for (int i = 0; i < 1000; i++) {
      int number = i;
      turn.execute(() -> {
        seen.add(number);
        if (number == 500) {
          throw new IllegalStateException("a listener's own fault");
        }
      });
    }
    turn.execute(done::countDown);
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(seen).containsExactlyElementsOf(IntStream.range(0, 1000).boxed().toList());
  }
}
