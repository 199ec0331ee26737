package dev.kvasir.admin.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.store.event.BlockEvent.Origin;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MissedEventsTest {
  private final MissedEvents events = new MissedEvents();

  @Test
  void look_everyNumberInWhateverOrder_nothingIsMissed() {
    hear("a", "stream-1", 7, 9, 8, 6, 10);
    look();
    assertThat(look()).isEmpty();
  }

  @Test
  void look_lateEvent_isNotMissed() {
    hear("a", "stream-1", 1, 3);
    assertThat(look()).isEmpty();
    hear("a", "stream-1", 2);
    assertThat(look()).isEmpty();
    assertThat(look()).isEmpty();
  }

  @Test
  void look_gaps_areToldOnceForEachMember() {
    hear("a", "stream-1", 1, 5);
    hear("a", "stream-2", 40, 42);
    hear("b", "stream-3", 1, 2, 4);
    assertThat(look()).isEmpty();
    assertThat(look()).containsExactlyInAnyOrderEntriesOf(Map.of("a", 4L, "b", 1L));
    assertThat(look()).isEmpty();
    hear("b", "stream-3", 9);
    look();
    assertThat(look()).containsExactlyEntriesOf(Map.of("b", 4L));
  }

  @Test
  void look_lateAndLostOnesMixed_onlyTheLostCount() {
    hear("a", "stream-1", 1, 5);
    look();
    hear("a", "stream-1", 2, 3, 4, 8);
    assertThat(look()).isEmpty();
    assertThat(look()).containsExactlyEntriesOf(Map.of("a", 2L));
    hear("a", "stream-1", 6, 7);
    look();
    assertThat(look()).isEmpty();
  }

  @Test
  void look_hugeGap_isCounted() {
    hear("a", "stream-1", 1, 1_000_000);
    assertThat(look()).containsExactlyEntriesOf(Map.of("a", 989_998L));
    assertThat(look()).containsExactlyEntriesOf(Map.of("a", 10_000L));
  }

  @Test
  void look_memberStartedAgain_beginsAnew() {
    hear("a", "stream-1", 1, 2, 3);
    hear("a", "stream-2", 1, 2);
    look();
    assertThat(look()).isEmpty();
  }

  private Map<String, Long> look() {
    return events.look();
  }

  private void hear(String member, String stream, long... numbers) {
    for (long number : numbers) {
      events.heard(new Origin(member, stream, number));
    }
  }
}
