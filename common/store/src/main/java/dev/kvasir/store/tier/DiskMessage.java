package dev.kvasir.store.tier;

import dev.kvasir.block.BlockKey;
import java.util.List;
import java.util.Optional;

/** What readers and nodes with files tell each other on the topic {@link DiskDirectory#NAME}. */
public sealed interface DiskMessage {

  String text();

  /**
   * Asks a node to bring a block back into the grid's memory.
   *
   * @param id without spaces; the reply carries it
   */
  record Fetch(String id, BlockKey key, String node) implements DiskMessage {
    @Override
    public String text() {
      return "fetch %s %s %s".formatted(id, key.hex(), node);
    }
  }

  /** Whether the block is in memory now. */
  record Fetched(String id, boolean done) implements DiskMessage {
    @Override
    public String text() {
      return "fetched %s %s".formatted(id, done);
    }
  }

  /** Asks all nodes to drop their files of a block. */
  record Drop(BlockKey key) implements DiskMessage {
    @Override
    public String text() {
      return "drop " + key.hex();
    }
  }

  /** The message of this text, empty if it is none. */
  static Optional<DiskMessage> parse(String text) {
    List<String> words = List.of(text.split(" ", 4));
    try {
      return Optional.ofNullable(
          switch (words.getFirst() + words.size()) {
            case "fetch4" -> new Fetch(words.get(1), BlockKey.parse(words.get(2)), words.get(3));
            case "fetched3" -> new Fetched(words.get(1), Boolean.parseBoolean(words.get(2)));
            case "drop2" -> new Drop(BlockKey.parse(words.get(1)));
            default -> null;
          });
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
