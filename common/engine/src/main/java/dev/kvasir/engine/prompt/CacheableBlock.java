package dev.kvasir.engine.prompt;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.TokenIds;
import java.util.Optional;

/**
 * A block that may be cached, with what is needed to encode it.
 *
 * @param prefix the block it is encoded behind; its key is the identity's prefix
 */
public record CacheableBlock(BlockIdentity identity, Optional<CacheableBlock> prefix) {
  public CacheableBlock {
    if (!identity.prefix().equals(prefix.map(CacheableBlock::key))) {
      throw new IllegalArgumentException("the identity must name the prefix it is encoded behind");
    }
  }

  public BlockKey key() {
    return identity.key();
  }

  public TokenIds tokens() {
    return identity.tokens();
  }
}
