package dev.kvasir.store.holder;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.LocalBlocks;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;

/** Answers those who ask who has a block, on a node that holds blocks, until it is closed. */
public final class HolderAnswers implements AutoCloseable {
  private final Topic topic;
  private final LocalBlocks local;
  private final String member;
  private final Subscription hearing;

  public HolderAnswers(Grid grid, LocalBlocks local) {
    this.local = local;
    topic = grid.topic(Holders.TOPIC);
    member = grid.self().id();
    hearing = topic.subscribe(this::hear);
  }

  /** Reading the grid may block, and listeners must not. */
  private void hear(String message) {
    String[] words = message.split(" ", 3);
    if (words.length == 3 && words[0].equals("ask") && words[2].matches("[0-9a-f]{64}")) {
      Thread.startVirtualThread(() -> answer(words[1], BlockKey.parse(words[2])));
    }
  }

  private void answer(String id, BlockKey key) {
    if (local.read(key).isPresent()) {
      topic.publish("has %s %s %s".formatted(id, local.owns(key) ? "owner" : "backup", member));
    }
  }

  @Override
  public void close() {
    hearing.close();
  }
}
