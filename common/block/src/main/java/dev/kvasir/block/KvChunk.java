package dev.kvasir.block;

import java.lang.foreign.MemorySegment;

/**
 * The rows of one stored chunk: a run of layers by a run of tokens. The segments are views that are
 * valid only while the sink that received the chunk runs.
 *
 * @param k (layer, kvHead, token, headDim) of this chunk's layers and tokens, little-endian
 * @param v the same shape
 */
public record KvChunk(
    int firstLayer, int layers, int firstToken, int tokens, MemorySegment k, MemorySegment v) {

  /** Receives the chunks of a block as they are decoded. */
  @FunctionalInterface
  public interface Sink {
    void accept(KvChunk chunk);
  }
}
