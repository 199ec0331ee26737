package dev.kvasir.engine;

import dev.kvasir.block.ElementType;
import dev.kvasir.engine.kv.KvSegment;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Runs a model over ragged batches of token sequences. Thread-safe: one forward pass runs at a
 * time, and no call waits for ever. The result of a sequence depends neither on the batch it ran in
 * nor on the number of threads.
 */
public interface Engine extends AutoCloseable {

  ModelInfo model();

  /** Element type of blocks; what a sequence appends to is never narrower than float16. */
  ElementType elementType();

  /**
   * Allocates an empty segment for a sequence to append to, in native memory; the caller owns and
   * closes it.
   */
  KvSegment newSegment(int capacityTokens);

  /**
   * Allocates an empty segment for a block to be installed into, of {@link #elementType()}, in
   * native memory; the caller owns and closes it.
   */
  KvSegment newBlock(int tokens);

  /**
   * Appends each sequence's tokens to its own segment and computes them.
   *
   * @return for each sequence the logits (vocabulary) of its last token, or an empty array where
   *     they were not wanted
   */
  List<float[]> forward(List<Sequence> batch);

  /**
   * Like {@link #forward(List)}, for callers that may lose interest while they wait.
   *
   * @param abandoned asked before passes, by any thread; must be quick and must not throw
   * @throws CancellationException if it was abandoned; some of the tokens may have been appended
   */
  default List<float[]> forward(List<Sequence> batch, BooleanSupplier abandoned) {
    if (abandoned.getAsBoolean()) {
      throw new CancellationException("the caller has left");
    }
    return forward(batch);
  }

  /**
   * Computes rows again as far as the keys and values of layer 1, and replaces them in those two
   * layers: what CacheBlend chooses tokens by (Yao et al. 2025).
   *
   * @param batch sequences that replace rows
   * @return for each sequence and token the squared distance of its value in layer 1 from the one
   *     that was there
   * @throws UnsupportedOperationException if the engine cannot
   */
  default List<float[]> deviations(List<Sequence> batch) {
    throw new UnsupportedOperationException("this engine does not compute parts of layers");
  }

  /**
   * Starts to append a sequence's tokens layer by layer. This one computes all of it at its end; an
   * engine that can do better does.
   */
  default LayeredPass layered(Sequence sequence) {
    return new LayeredPass() {
      @Override
      public void advance(int layers) {}

      @Override
      public float[] finish() {
        return forward(List.of(sequence)).getFirst();
      }
    };
  }

  /** Frees the weights; segments still open stay valid for their owners to close. */
  @Override
  void close();
}
