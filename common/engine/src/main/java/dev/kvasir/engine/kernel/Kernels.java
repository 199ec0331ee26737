package dev.kvasir.engine.kernel;

/**
 * The operations of a forward pass. Every result is a pure function of its own row and the weights:
 * it depends neither on the other rows of the call nor on the number of threads. Not thread-safe:
 * one caller at a time.
 */
public interface Kernels extends AutoCloseable {
  /** Products of several rows are written in tiles of so many. */
  int ROW_STEP = 8;

  /** Rows that the output of a product of {@code rows} rows needs room for. */
  static int paddedRows(int rows) {
    return rows == 1 ? 1 : (rows + ROW_STEP - 1) / ROW_STEP * ROW_STEP;
  }

  /** Name of the backend and what it runs on, for the log. */
  String description();

  /**
   * {@code out[r][n] = Σ_k x[r][k] · w[n][k]}.
   *
   * @param x (rows, inputs)
   * @param out (rows, outputs), stride at least the outputs padded to whole panels, its array with
   *     room for {@link #paddedRows}; the padding is overwritten
   */
  void matmul(PackedMatrix w, Rows x, Rows out);

  /** {@code out = x / sqrt(mean(x²) + epsilon) · gain}, row by row (Zhang, Sennrich 2019). */
  void rmsNorm(Rows x, float[] gain, float epsilon, Rows out);

  /** {@code accumulator += x}. */
  void add(Rows accumulator, Rows x);

  /** {@code x[r][i] += bias[i]}. */
  void addBias(Rows x, float[] bias);

  /**
   * {@code out[r][i] = silu(g) · u} with g = gateUp[r][i], u = gateUp[r][width + i] (Shazeer 2020).
   */
  void swiGlu(Rows gateUp, Rows out);

  /**
   * Softmax attention of folded query heads over a list of segments (DESIGN §3, §5).
   *
   * @see AttentionCall
   */
  void attention(AttentionCall call);

  @Override
  void close();
}
