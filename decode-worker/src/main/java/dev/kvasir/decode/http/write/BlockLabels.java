package dev.kvasir.decode.http.write;

import dev.kvasir.block.BlockKey;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which passage each block of a prompt is. Two passages of the same text are one block; reports
 * name them in the request's order. Used for one answer, by one thread.
 */
final class BlockLabels {
  private final Map<BlockKey, Deque<Passage>> passages = new HashMap<>();

  /** The passages are the last blocks of the prompt, in order. */
  BlockLabels(SegmentedPrompt prompt, List<Passage> inOrder) {
    List<CacheableBlock> blocks = prompt.blocks();
    int first = blocks.size() - inOrder.size();
    for (int i = 0; i < inOrder.size(); i++) {
      passages
          .computeIfAbsent(blocks.get(first + i).key(), _ -> new ArrayDeque<>())
          .add(inOrder.get(i));
    }
  }

  /** The next passage of this key, if the block is a passage. */
  Optional<Passage> next(BlockKey key) {
    Deque<Passage> left = passages.get(key);
    if (left == null) {
      return Optional.empty();
    }
    return Optional.of(left.size() > 1 ? left.removeFirst() : left.getFirst());
  }
}
