package dev.kvasir.cli.faults;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** The order of faults: every one once in a round, shuffled. Equal seeds give equal schedules. */
final class Schedule {
  private static final int[] DOWN_SECONDS = {1, 3, 6};
  private static final int[] STOP_SECONDS = {3, 8, 15};
  private static final int TARGETS = 6;

  private final Random random;
  private final Deque<Fault> round = new ArrayDeque<>();

  Schedule(long seed) {
    random = new Random(seed);
  }

  /**
   * A fault to come.
   *
   * @param target which of the processes it may hit, 0 to 5, to be taken modulo their number
   * @param down how long what is killed stays down
   * @param stop how long what is frozen stays so
   */
  record Planned(Fault fault, int target, Duration down, Duration stop) {}

  Planned next() {
    if (round.isEmpty()) {
      List<Fault> all = new ArrayList<>(List.of(Fault.values()));
      Collections.shuffle(all, random);
      round.addAll(all);
    }
    return new Planned(
        round.pop(), random.nextInt(TARGETS), seconds(DOWN_SECONDS), seconds(STOP_SECONDS));
  }

  private Duration seconds(int[] choices) {
    return Duration.ofSeconds(choices[random.nextInt(choices.length)]);
  }
}
