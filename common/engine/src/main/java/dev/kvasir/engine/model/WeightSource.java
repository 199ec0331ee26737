package dev.kvasir.engine.model;

import dev.kvasir.engine.kernel.RowSource;

/**
 * The weights of a model wherever they come from. Rows of queries, keys and their biases are in
 * Hugging Face's order (pairs i, i + headDim/2). The layer does not matter for weights that no
 * layer has. All throw {@link dev.kvasir.engine.gguf.ModelFileException} where the file has no such
 * weight or one of another shape.
 */
interface WeightSource {

  boolean has(Weight weight);

  RowSource matrix(Weight weight, int layer, int outputs, int inputs);

  float[] vector(Weight weight, int layer, int size);
}
