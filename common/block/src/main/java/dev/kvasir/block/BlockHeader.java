package dev.kvasir.block;

/**
 * What a block's header record says.
 *
 * @param identity hashes to the block's key
 * @param geometry follows from the model and is not covered by the key: compare it with the model's
 *     before using it
 * @param chunks number of chunk records
 */
public record BlockHeader(BlockIdentity identity, KvGeometry geometry, int chunks) {
  public int tokens() {
    return identity.tokens().size();
  }

  public ElementType elementType() {
    return identity.elementType();
  }
}
