package dev.kvasir.block;

/** Stored bytes are not the block they claim to be: drop them and encode the passage again. */
public final class DamagedBlockException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient BlockKey key;

  public DamagedBlockException(BlockKey key, String reason) {
    super("block=" + key.hex() + ": " + reason);
    this.key = key;
  }

  public BlockKey key() {
    return key;
  }
}
