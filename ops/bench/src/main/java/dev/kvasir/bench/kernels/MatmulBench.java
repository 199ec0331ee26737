package dev.kvasir.bench.kernels;

import dev.kvasir.engine.kernel.Kernels;
import dev.kvasir.engine.kernel.PackedMatrix;
import dev.kvasir.engine.kernel.RowSource;
import dev.kvasir.engine.kernel.Rows;
import dev.kvasir.engine.kernel.scalar.ScalarKernels;
import dev.kvasir.engine.kernel.vector.VectorKernels;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The matrix products of SmolLM2-135M, each checked against the scalar kernel first. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MatmulBench {
  private static final int CHECKED_ROWS = 5;
  private static final int TILE_ROWS = 16;

  /** Inputs and outputs: qkv, attention output, gate and up, down, head. */
  @Param({"576x960", "576x576", "576x3072", "1536x576", "576x49152"})
  public String shape = "576x960";

  @Param({"1", "8", "16", "50", "160", "512"})
  public int rows = 1;

  @Param({"Q4_1", "FLOAT16", "FLOATS"})
  public String form = "Q4_1";

  @Param("2")
  public int threads = 2;

  private Kernels kernels;
  private PackedMatrix weights;
  private Rows x;
  private Rows out;

  /** Makes the operands and checks the product's first and last rows. */
  @Setup
  public void prepare() {
    String[] sides = shape.split("x", 2);
    int inputs = Integer.parseInt(sides[0]);
    int outputs = Integer.parseInt(sides[1]);
    kernels = new VectorKernels(threads);
    weights =
        PackedMatrix.pack(
            outputs, inputs, new RandomRows(RowSource.Form.valueOf(form), outputs, inputs, 1));
    x = RandomRows.activations(wholeTiles(rows), inputs, 2).slice(0, rows);
    out = room(rows, outputs);
    kernels.matmul(weights, x, out);
    int checked = Math.min(rows, CHECKED_ROWS);
    for (int first : new int[] {0, rows - checked}) {
      Rows expected = room(checked, outputs);
      try (Kernels scalar = new ScalarKernels()) {
        scalar.matmul(weights, x.slice(first, checked), expected);
      }
      Agreement.check("matmul " + shape, expected, out.slice(first, checked));
    }
  }

  private static Rows room(int rows, int outputs) {
    int stride = PackedMatrix.padded(outputs);
    return new Rows(new float[wholeTiles(rows) * stride], 0, rows, outputs, stride);
  }

  /** Kernels read and write rows of a tile that are not wanted, as the engine's workspace has. */
  private static int wholeTiles(int rows) {
    return (rows + TILE_ROWS - 1) / TILE_ROWS * TILE_ROWS;
  }

  @Benchmark
  public float[] matmul() {
    kernels.matmul(weights, x, out);
    return out.data();
  }

  @TearDown
  public void close() {
    kernels.close();
  }
}
