package dev.kvasir.store.pin;

import static dev.kvasir.store.Blocks.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.memory.MemorySharedMap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinsTest {
  private static final Instant START = Instant.ofEpochMilli(1_800_000_000_000L);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final SharedMap map = new MemorySharedMap(now::get);
  private final Pins pins = new Pins(map, now::get);

  @Test
  void pin_severalOwners_lastOneFrees() {
    pins.pin(key(1), "a", MINUTE).join();
    pins.pin(key(1), "b", MINUTE).join();
    pins.unpin(key(1), "a").join();
    assertThat(pinned()).containsExactly(key(1));
    assertThat(pins.unpin(key(1), "b").join().holds()).isEmpty();
    assertThat(pinned()).isEmpty();
    assertThat(map.entries().join()).isEmpty();
  }

  @Test
  void pin_sameOwnerTwice_isCounted() {
    pins.pin(key(1), "a", MINUTE).join();
    pins.pin(key(1), "a", MINUTE.multipliedBy(2)).join();
    pins.unpin(key(1), "a").join();
    assertThat(pins.list().join())
        .isEqualTo(Map.of(key(1), pin("a", 1, START.plus(MINUTE.multipliedBy(2)))));
    pins.unpin(key(1), "a").join();
    assertThat(pinned()).isEmpty();
  }

  @Test
  void pin_timeToLive_endsEachOwnersHolds() {
    pins.pin(key(1), "a", MINUTE).join();
    pins.pin(key(1), "b", MINUTE.multipliedBy(3)).join();
    now.set(START.plus(MINUTE.multipliedBy(2)));
    assertThat(pins.list().join().get(key(1)))
        .isEqualTo(pin("b", 1, START.plus(MINUTE.multipliedBy(3))));
    now.set(START.plus(MINUTE.multipliedBy(3)));
    assertThat(pinned()).isEmpty();
    assertThat(map.entries().join()).isEmpty();
  }

  @Test
  void unpin_whoDoesNotHoldIt_changesNothing() {
    pins.unpin(key(1), "a").join();
    pins.pin(key(1), "a", MINUTE).join();
    pins.unpin(key(1), "b").join();
    assertThat(pinned()).containsExactly(key(1));
  }

  @Test
  void pin_text_isTheDocumentedOne() {
    pins.pin(key(1), "warm-up:7", MINUTE).join();
    pins.pin(key(1), "warm-up:7", MINUTE).join();
    pins.pin(key(1), "console", Duration.ofSeconds(1)).join();
    assertThat(map.entries().join())
        .isEqualTo(Map.of(key(1).hex(), "console*1@1800000001000 warm-up:7*2@1800000060000"));
  }

  @Test
  void pin_concurrently_losesNoHold() {
    List<CompletableFuture<Void>> owners = IntStream.range(0, 4).mapToObj(this::pinOften).toList();
    owners.forEach(CompletableFuture::join);
    Pin pin = pins.list().join().getOrDefault(key(1), Pin.NONE);
    assertThat(pin.holds()).hasSize(4);
    assertThat(pin.holds().values()).extracting(Pin.Hold::count).containsOnly(25);
  }

  private CompletableFuture<Void> pinOften(int owner) {
    return CompletableFuture.runAsync(() -> {
      for (int i = 0; i < 25; i++) {
        pins.pin(key(1), "owner-" + owner, MINUTE).join();
      }
    });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a",
        "a*0@1",
        "a*1",
        "a*1@",
        "a*1@-1",
        "a b*1@1",
        "a*99999999999@1",
        "é*1@1"
      })
  void list_valueThatIsNoPin_holdsNothingAndIsReplaced(String text) {
    map.putIfAbsent(key(1).hex(), text, SharedMap.FOREVER).join();
    map.putIfAbsent("no key", "a*1@9999999999999", SharedMap.FOREVER).join();
    assertThat(pins.list().join()).isEmpty();
    pins.pin(key(1), "a", MINUTE).join();
    assertThat(pinned()).containsExactly(key(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a*1", "a@b", "é"})
  void pin_ownerWithOtherCharacters_isRefused(String owner) {
    assertThat(pins.pin(key(1), owner, MINUTE))
        .failsWithin(MINUTE)
        .withThrowableOfType(Exception.class)
        .withMessageContaining("owner");
  }

  @Test
  void pin_timeToLiveOutOfRange_isRefused() {
    for (Duration life : List.of(Duration.ZERO, Duration.ofNanos(1), Duration.ofDays(366))) {
      assertThatThrownBy(() -> pins.pin(key(1), "a", life))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("365 days");
    }
  }

  @Test
  void watch_pinsAndEnds_areTold() {
    List<String> told = new ArrayList<>();
    try (Subscription _ = pins.watch(new Told(told))) {
      pins.pin(key(1), "a", MINUTE).join();
      pins.pin(key(1), "b", MINUTE.multipliedBy(2)).join();
      pins.unpin(key(1), "b").join();
      pins.unpin(key(1), "a").join();
    }
    assertThat(told)
        .containsExactly(
            key(1) + " " + START.plus(MINUTE),
            key(1) + " " + START.plus(MINUTE.multipliedBy(2)),
            key(1) + " " + START.plus(MINUTE),
            key(1) + " free");
  }

  private Set<BlockKey> pinned() {
    return pins.pinned(List.of(key(1), key(2))).join();
  }

  private static Pin pin(String owner, int count, Instant until) {
    return new Pin(Map.of(owner, new Pin.Hold(count, until)));
  }

  private record Told(List<String> list) implements Pins.Watcher {
    @Override
    public void pinned(BlockKey key, Instant until) {
      list.add(key + " " + until);
    }

    @Override
    public void free(BlockKey key) {
      list.add(key + " free");
    }

    @Override
    public void interrupted() {}
  }
}
