package dev.kvasir.engine.model;

/**
 * What an adapter adds to a matrix: {@code scale · B · A}. Summed in double precision in the order
 * of the ranks and rounded once, so that the merged weights are the same everywhere.
 *
 * @param inputs columns of the matrix
 * @param a (rank, inputs)
 * @param b (outputs, rank)
 */
record LoraUpdate(int inputs, int rank, double scale, float[] a, float[] b) {

  /** Adds a row of the product to that row of the matrix. */
  void addTo(int row, float[] target) {
    double[] sum = new double[inputs];
    for (int r = 0; r < rank; r++) {
      double factor = b[row * rank + r];
      for (int k = 0; k < inputs; k++) {
        sum[k] += factor * a[r * inputs + k];
      }
    }
    for (int k = 0; k < inputs; k++) {
      target[k] = (float) (target[k] + scale * sum[k]);
    }
  }
}
