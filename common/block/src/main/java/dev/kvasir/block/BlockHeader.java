package dev.kvasir.block;

/**
 * What a block's header record says.
 *
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
