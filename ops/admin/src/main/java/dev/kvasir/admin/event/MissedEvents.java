package dev.kvasir.admin.event;

import dev.kvasir.store.event.BlockEvent.Origin;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which members' events did not arrive, by the gaps in their numbers. Events may overtake each
 * other, so one counts as missed only if it is missing at two looks in a row. The last events of a
 * member are missed unnoticed until it tells another. Thread-safe.
 */
final class MissedEvents {
  private static final int MOST_STREAMS = 1_000;
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
    private final long first;
    private long last;
    private long count;
    private long suspected;
    private long reported;

    Heard(Origin origin) {
      member = origin.member();
      first = origin.number();
    }

    void hear(long number) {
      if (number >= first) {
        count++;
        last = Math.max(last, number);
      }
    }

    /** Missed ones that were not reported before. */
    long look() {
      long missing = last - first + 1 - count;
      long fresh = Math.max(0, Math.min(missing, suspected) - reported);
      suspected = missing;
      reported += fresh;
      return fresh;
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
          long fresh = heard.look();
          if (fresh > 0) {
            missed.merge(heard.member, fresh, Long::sum);
          }
        });
    return missed;
  }
}
