package dev.kvasir.engine.prompt;

import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.TokenIds;
import java.util.Optional;
import java.util.Set;

/**
 * A block that may be cached, with what is needed to encode it.
 *
 * @param prefix the block it is encoded behind; its key is the identity's prefix
 * @param documents where its text comes from, as far as the caller said; not part of its key
 */
public record CacheableBlock(
    BlockIdentity identity, Optional<CacheableBlock> prefix, Set<DocumentRef> documents) {
  public CacheableBlock {
    documents = Set.copyOf(documents);
    if (!identity.prefix().equals(prefix.map(CacheableBlock::key))) {
      throw new IllegalArgumentException("the identity must name the prefix it is encoded behind");
    }
  }

  /** A block of which nobody said where it comes from. */
  public CacheableBlock(BlockIdentity identity, Optional<CacheableBlock> prefix) {
    this(identity, prefix, Set.of());
  }

  public BlockKey key() {
    return identity.key();
  }

  public TokenIds tokens() {
    return identity.tokens();
  }
}
