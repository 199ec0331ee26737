package dev.kvasir.cli.quickstart;

/** The four ways every question is asked, in this order. */
public enum Mode {
  FULL("full", "full"),
  BLOCK_COLD("block-cold", "block"),
  BLOCK_WARM("block-warm", "block"),
  BLOCK_REORDERED("block-reordered", "block");

  private final String label;
  private final String attention;

  Mode(String label, String attention) {
    this.label = label;
    this.attention = attention;
  }

  /** As tables and files name it. */
  public String label() {
    return label;
  }

  /** As requests name the attention it uses. */
  String attention() {
    return attention;
  }
}
