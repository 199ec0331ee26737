package dev.kvasir.bench.kernels;

import dev.kvasir.engine.kernel.Kernels;
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

/** The gated activation at SmolLM2-135M's width, checked against the scalar kernel first. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SwiGluBench {
  private static final int WIDTH = 1536;

  @Param({"1", "16", "50", "160", "512"})
  public int rows = 1;

  @Param("2")
  public int threads = 2;

  private Kernels kernels;
  private Rows gateUp;
  private Rows out;

  /** Makes the operands and checks the result. */
  @Setup
  public void prepare() {
    kernels = new VectorKernels(threads);
    gateUp = RandomRows.activations(rows, 2 * WIDTH, 1);
    out = Rows.allocate(rows, WIDTH);
    kernels.swiGlu(gateUp, out);
    Rows expected = Rows.allocate(rows, WIDTH);
    try (Kernels scalar = new ScalarKernels()) {
      scalar.swiGlu(gateUp, expected);
    }
    Agreement.check("swiGlu", expected, out);
  }

  @Benchmark
  public float[] swiGlu() {
    kernels.swiGlu(gateUp, out);
    return out.data();
  }

  @TearDown
  public void close() {
    kernels.close();
  }
}
