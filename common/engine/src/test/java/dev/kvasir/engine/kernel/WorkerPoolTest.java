package dev.kvasir.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkerPoolTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void run_manyJobs_everyPartOnce(int threads) {
    try (WorkerPool pool = new WorkerPool(threads)) {
      for (int job = 0; job < 2_000; job++) {
        int parts = job % 13;
        AtomicIntegerArray runs = new AtomicIntegerArray(13);
        pool.run(parts, (part, worker) -> runs.incrementAndGet(part));
        for (int part = 0; part < 13; part++) {
          assertThat(runs.get(part)).isEqualTo(part < parts ? 1 : 0);
        }
      }
    }
  }

  @Test
  void run_workerNumbers_areInRange() {
    try (WorkerPool pool = new WorkerPool(3)) {
      AtomicIntegerArray seen = new AtomicIntegerArray(3);
      for (int job = 0; job < 100; job++) {
        pool.run(9, (part, worker) -> seen.incrementAndGet(worker));
      }
      assertThat(seen.get(0) + seen.get(1) + seen.get(2)).isEqualTo(900);
    }
  }

  @Test
  void run_partThrows_callerHearsItAndPoolGoesOn() {
    try (WorkerPool pool = new WorkerPool(2)) {
      assertThatThrownBy(() -> pool.run(8, (part, worker) -> failAt(part, 5)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("part 5");
      AtomicIntegerArray runs = new AtomicIntegerArray(4);
      pool.run(4, (part, worker) -> runs.incrementAndGet(part));
      assertThat(runs.toString()).isEqualTo("[1, 1, 1, 1]");
    }
  }

  @Test
  void new_noThreads_isRefused() {
    assertThatThrownBy(() -> new WorkerPool(0)).hasMessageContaining("threads=0");
  }

  private static void failAt(int part, int bad) {
    if (part == bad) {
      throw new IllegalStateException("part " + part);
    }
  }
}
