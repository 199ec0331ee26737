package dev.kvasir.store.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.event.BlockEvent.Kind;
import dev.kvasir.store.event.BlockEvent.Origin;
import dev.kvasir.store.memory.MemoryGrid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class TellingStoreTest {
  private static final BlockKey KEY = BlockKey.parse("ab".repeat(32));

  private final MemoryGrid grid = new MemoryGrid();
  private final BlockEvents events = new BlockEvents(grid);
  private final TellingStore store = new TellingStore(grid.blocks(), events);
  private final Queue<BlockEvent> heard = new ConcurrentLinkedQueue<>();

  @Test
  void changes_ofBlocks_areToldOnce() {
    EncodedBlock block = new EncodedBlock(KEY, new byte[10], List.of(new byte[90]));
    BlockInfo info = new BlockInfo("model", "tenant:acme", 0, Set.of(), Instant.EPOCH);
    try (var _ = events.subscribe(heard::add)) {
      store.put(block, info).join();
      store.remove(KEY).join();
      store.remove(KEY).join();
      store.put(block, info).join();
      store.quarantine(KEY).join();
    }
    store.put(block, info).join();
    String stream = heard.element().origin().stream();
    assertThat(heard)
        .containsExactly(
            stored(new Origin("local", stream, 1)),
            gone(Kind.REMOVED, new Origin("local", stream, 2)),
            stored(new Origin("local", stream, 3)),
            gone(Kind.QUARANTINED, new Origin("local", stream, 4)));
  }

  @Test
  void parse_whatIsNoEvent_givesNothing() {
    assertThat(BlockEvent.parse("2 stored abc 1 - 0123abcd 7 me")).isEmpty();
    assertThat(BlockEvent.parse("2 sung %s 1 - 0123abcd 7 me".formatted(KEY.hex()))).isEmpty();
    assertThat(BlockEvent.parse("2 stored %s 1 - 0123abcd 0 me".formatted(KEY.hex()))).isEmpty();
    assertThat(BlockEvent.parse("2 stored %s 1 - 0123abcd 7 node one".formatted(KEY.hex())))
        .contains(
            new BlockEvent(
                Kind.STORED, KEY, 1, Optional.empty(), new Origin("node one", "0123abcd", 7)));
  }

  private static BlockEvent stored(Origin origin) {
    return new BlockEvent(Kind.STORED, KEY, 100, Optional.of("tenant:acme"), origin);
  }

  private static BlockEvent gone(Kind kind, Origin origin) {
    return new BlockEvent(kind, KEY, 0, Optional.empty(), origin);
  }
}
