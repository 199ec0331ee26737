package dev.kvasir.admin.event;

import dev.kvasir.store.event.BlockEvent.Origin;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which members' events did not arrive, by the gaps in their numbers. Events may overtake each
 * other, so one counts as missed only if it is missing at two looks in a row. The last events of a
 * member are missed unnoticed until it tells another. Thread-safe.
 */
final class MissedEvents {
  private static final int MOST_STREAMS = 1_000;
  private static final int MOST_NUMBERS = 10_000;
  private static final float LOAD_FACTOR = 0.75F;

  private final Map<String, Heard> streams =
      new LinkedHashMap<>(16, LOAD_FACTOR, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Heard> eldest) {
          return size() > MOST_STREAMS;
        }
      };

  private static final class Heard {
    private final String member;
    private Set<Long> missing = new HashSet<>();
    private Set<Long> missingBefore = new HashSet<>();
    private long last;
    private long surelyMissed;

    Heard(Origin origin) {
      member = origin.member();
      last = origin.number();
    }

    void hear(long number) {
      if (number <= last) {
        missing.remove(number);
        missingBefore.remove(number);
        return;
      }
      long from = Math.max(last + 1, number - MOST_NUMBERS);
      surelyMissed += from - last - 1;
      for (long skipped = from; skipped < number; skipped++) {
        missing.add(skipped);
      }
      last = number;
    }

    long look() {
      long missed = surelyMissed + missingBefore.size();
      surelyMissed = 0;
      missingBefore = missing;
      missing = new HashSet<>();
      return missed;
    }
  }

  /** An event came; what its stream told before the first one that came does not count. */
  synchronized void heard(Origin origin) {
    streams.computeIfAbsent(origin.stream(), _ -> new Heard(origin)).hear(origin.number());
  }

  /** How many events of each member were missed, as far as no look before has said so. */
  synchronized Map<String, Long> look() {
    Map<String, Long> missed = new HashMap<>();
    streams
        .values()
        .forEach(heard -> {
          long count = heard.look();
          if (count > 0) {
            missed.merge(heard.member, count, Long::sum);
          }
        });
    return missed;
  }
}
