package dev.kvasir.engine.kernel.vector;

import dev.kvasir.engine.kernel.AttentionCall;
import dev.kvasir.engine.kernel.Kernels;
import dev.kvasir.engine.kernel.PackedMatrix;
import dev.kvasir.engine.kernel.Rows;
import dev.kvasir.engine.kernel.WorkerPool;
import java.util.function.IntConsumer;

/** Every operation on the Vector API, shared by the threads of one pool. */
public final class VectorKernels implements Kernels {
  private static final int FEW_ROWS = 4;
  private static final int ROWS_IN_PART = 16;

  private final WorkerPool pool;
  private final Gemm gemm;
  private final FlashAttention attention;

  public VectorKernels(int threads) {
    pool = new WorkerPool(threads);
    gemm = new Gemm(pool);
    attention = new FlashAttention(pool);
    TileCheck.startOnce();
  }

  @Override
  public String description() {
    return "vector (" + Lanes.description() + ", threads=" + pool.threads() + ")";
  }

  @Override
  public void matmul(PackedMatrix w, Rows x, Rows out) {
    gemm.multiply(w, x, out);
  }

  @Override
  public void rmsNorm(Rows x, float[] gain, float epsilon, Rows out) {
    eachRow(x.rows(), row -> Rowwise.rmsNorm(x, row, gain, epsilon, out));
  }

  @Override
  public void add(Rows accumulator, Rows x) {
    eachRow(x.rows(), row -> Rowwise.add(accumulator, x, row));
  }

  @Override
  public void addBias(Rows x, float[] bias) {
    eachRow(x.rows(), row -> Rowwise.addBias(x, row, bias));
  }

  @Override
  public void swiGlu(Rows gateUp, Rows out) {
    eachRow(out.rows(), row -> Rowwise.swiGlu(gateUp, row, out));
  }

  @Override
  public void attention(AttentionCall call) {
    attention.run(call);
  }

  /** Few rows are done before another thread would have woken up. */
  private void eachRow(int rows, IntConsumer step) {
    if (rows <= FEW_ROWS) {
      for (int row = 0; row < rows; row++) {
        step.accept(row);
      }
      return;
    }
    int parts = (rows + ROWS_IN_PART - 1) / ROWS_IN_PART;
    pool.run(
        parts,
        (part, worker) -> {
          Share share = Share.of(rows, part, parts);
          for (int row = share.from(); row < share.to(); row++) {
            step.accept(row);
          }
        });
  }

  @Override
  public void close() {
    pool.close();
  }
}
