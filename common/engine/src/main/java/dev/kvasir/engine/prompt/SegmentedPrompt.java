package dev.kvasir.engine.prompt;

import dev.kvasir.block.TokenIds;
import java.util.List;

/**
 * A prompt as blocks: the cacheable ones in order, then the final block, which is always computed.
 */
public record SegmentedPrompt(List<CacheableBlock> blocks, TokenIds finalBlock) {
  public SegmentedPrompt {
    blocks = List.copyOf(blocks);
  }

  /** The same tokens with only the first so many blocks; the others join the final block. */
  public SegmentedPrompt withBlocks(int count) {
    if (count >= blocks.size()) {
      return this;
    }
    SegmentedPrompt rest = new SegmentedPrompt(blocks.subList(count, blocks.size()), finalBlock);
    return new SegmentedPrompt(blocks.subList(0, count), rest.allTokens());
  }

  /** Tokens of the whole prompt. */
  public int tokens() {
    return finalStart() + finalBlock.size();
  }

  /** Position of the final block's first token. */
  public int finalStart() {
    return blocks.stream().mapToInt(block -> block.tokens().size()).sum();
  }

  /** All token ids in order, as full attention reads them. */
  public TokenIds allTokens() {
    int[] all = new int[tokens()];
    int at = 0;
    for (CacheableBlock block : blocks) {
      int[] ids = block.tokens().toArray();
      System.arraycopy(ids, 0, all, at, ids.length);
      at += ids.length;
    }
    System.arraycopy(finalBlock.toArray(), 0, all, at, finalBlock.size());
    return TokenIds.of(all);
  }
}
