package dev.kvasir.block;

import java.lang.foreign.MemorySegment;

/**
 * The rows of one stored chunk: a run of layers by a run of tokens. The segments are views that are
 * valid only while the sink that received the chunk runs.
 *
 * @param k (layer, kvHead, token, headDim) of this chunk's layers and tokens, little-endian
 * @param v the same shape
 * @param scales (layer, kvHead, token), or {@link KvScales#NONE}
 */
public record KvChunk(
    int firstLayer,
    int layers,
    int firstToken,
    int tokens,
    MemorySegment k,
    MemorySegment v,
    KvScales scales) {

  /** Rows without scales. */
  public KvChunk(
      int firstLayer, int layers, int firstToken, int tokens, MemorySegment k, MemorySegment v) {
    this(firstLayer, layers, firstToken, tokens, k, v, KvScales.NONE);
  }

  /** Receives the chunks of a block as they are decoded. */
  @FunctionalInterface
  public interface Sink {
    void accept(KvChunk chunk);
  }
}
