package dev.kvasir.block;

/**
 * How a block is cut into chunks, a pure function of shape, length and element type: runs of whole
 * layers, all of nearly the same size. A block up to {@value #TARGET_BYTES} bytes of rows is one
 * chunk; longer ones have chunks of {@value #MIN_BYTES} to {@value #MAX_BYTES} bytes. Where a
 * single layer exceeds that, it is split by token. Chunks are ordered by layer, then by token.
 *
 * @param layerRuns runs the layers are cut into
 * @param tokenRuns runs the tokens are cut into, 1 unless every layer run is one layer
 */
public record ChunkPlan(KvGeometry geometry, int tokens, int layerRuns, int tokenRuns) {
  public static final int MIN_BYTES = 256 * 1024;
  public static final int TARGET_BYTES = 768 * 1024;
  public static final int MAX_BYTES = 1024 * 1024;
  public static final int MAX_TOKENS = 1 << 20;

  private static final int MAX_DIMENSION = 1 << 16;

  /**
   * The layers and tokens of one chunk.
   *
   * @param layers number of layers
   * @param tokens number of tokens
   */
  public record Span(int firstLayer, int layers, int firstToken, int tokens) {}

  /** Plans a block; refuses shapes of which one token in one layer exceeds the largest chunk. */
  public static ChunkPlan of(KvGeometry geometry, int tokens, ElementType type) {
    between("tokens", tokens, MAX_TOKENS);
    between("layers", geometry.layers(), MAX_DIMENSION);
    between("kvHeads", geometry.kvHeads(), MAX_DIMENSION);
    between("headDim", geometry.headDim(), MAX_DIMENSION);
    long tokenBytes = 2L * geometry.kvHeads() * type.rowBytes(geometry.headDim());
    between("bytes of a token in a layer", tokenBytes, MAX_BYTES);
    long layerBytes = tokenBytes * tokens;
    if (layerBytes > MAX_BYTES) {
      int tokenRuns = runs(tokens, TARGET_BYTES / tokenBytes);
      between("chunks", (long) geometry.layers() * tokenRuns, Integer.MAX_VALUE - 1);
      return new ChunkPlan(geometry, tokens, geometry.layers(), tokenRuns);
    }
    int layerRuns = runs(geometry.layers(), TARGET_BYTES / layerBytes);
    return new ChunkPlan(geometry, tokens, layerRuns, 1);
  }

  /** Number of chunks. */
  public int count() {
    return layerRuns * tokenRuns;
  }

  /** What chunk {@code index} holds. */
  public Span span(int index) {
    if (index < 0 || index >= count()) {
      throw new IllegalArgumentException(
          "chunk index must be in [0, %d): index=%d".formatted(count(), index));
    }
    int layerRun = index / tokenRuns;
    int tokenRun = index % tokenRuns;
    int firstLayer = start(layerRun, layerRuns, geometry.layers());
    int firstToken = start(tokenRun, tokenRuns, tokens);
    return new Span(
        firstLayer,
        start(layerRun + 1, layerRuns, geometry.layers()) - firstLayer,
        firstToken,
        start(tokenRun + 1, tokenRuns, tokens) - firstToken);
  }

  private static int runs(int items, long itemsPerRun) {
    return Math.ceilDiv(items, Math.clamp(itemsPerRun, 1, items));
  }

  private static int start(int run, int runs, int items) {
    return (int) ((long) run * items / runs);
  }

  private static void between(String name, long value, long max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException("%s must be in [1, %d]: %d".formatted(name, max, value));
    }
  }
}
