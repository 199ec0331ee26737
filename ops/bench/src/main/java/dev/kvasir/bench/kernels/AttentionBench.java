package dev.kvasir.bench.kernels;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvChunk;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.KvRows;
import dev.kvasir.engine.kernel.AttentionCall;
import dev.kvasir.engine.kernel.Kernels;
import dev.kvasir.engine.kernel.RopeTable;
import dev.kvasir.engine.kernel.Rows;
import dev.kvasir.engine.kernel.scalar.ScalarKernels;
import dev.kvasir.engine.kernel.vector.VectorKernels;
import dev.kvasir.engine.kv.CpuSegment;
import dev.kvasir.engine.kv.Int8KvSegment;
import dev.kvasir.engine.kv.NativeKvSegment;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
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

/**
 * Attention of one layer of SmolLM2-135M (nine query heads over three): a final block of 50 tokens
 * behind blocks of 160, checked against the scalar kernel first.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AttentionBench {
  private static final int HEADS = 9;
  private static final KvGeometry GEOMETRY = new KvGeometry(1, 3, 64);
  private static final int BLOCK = 160;
  private static final double ROPE_BASE = 100_000;

  @Param("50")
  public int queries = 50;

  /** Keys that the last query sees. */
  @Param("8192")
  public int keys = 8192;

  @Param("2")
  public int threads = 2;

  /** Element type of the blocks. */
  @Param("FLOAT16")
  public ElementType type = ElementType.FLOAT16;

  private final List<CpuSegment> segments = new ArrayList<>();
  private Kernels kernels;
  private AttentionCall call;

  /** Makes the operands and checks the result. */
  @Setup
  public void prepare() {
    kernels = new VectorKernels(threads);
    int width = HEADS * GEOMETRY.headDim();
    Rows q = RandomRows.activations(queries, width, 1);
    AttentionCall.Query query = new AttentionCall.Query(0, queries, keys - queries, spans());
    RopeTable rope = new RopeTable(keys, GEOMETRY.headDim(), ROPE_BASE);
    call = call(rope, q, Rows.allocate(queries, width), query);
    AttentionCall textbook = call(rope, q, Rows.allocate(queries, width), query);
    kernels.attention(call);
    try (Kernels scalar = new ScalarKernels()) {
      scalar.attention(textbook);
    }
    Agreement.check("attention", textbook.out(), call.out());
  }

  private static AttentionCall call(RopeTable rope, Rows q, Rows out, AttentionCall.Query query) {
    return new AttentionCall(0, HEADS, rope, q, out, List.of(query));
  }

  private List<AttentionCall.Span> spans() {
    List<AttentionCall.Span> spans = new ArrayList<>();
    int finalStart = keys - queries;
    for (int start = 0; start < finalStart; start += BLOCK) {
      int tokens = Math.min(BLOCK, finalStart - start);
      spans.add(new AttentionCall.Span(block(tokens, start), start, tokens, false));
    }
    spans.add(new AttentionCall.Span(segment(queries, finalStart), finalStart, queries, true));
    return spans;
  }

  private CpuSegment block(int tokens, long seed) {
    NativeKvSegment halves = segment(tokens, seed);
    if (type == ElementType.FLOAT16) {
      return halves;
    }
    Int8KvSegment bytes = new Int8KvSegment(GEOMETRY, tokens, () -> {});
    segments.add(bytes);
    try (Arena arena = Arena.ofConfined()) {
      KvRows rows = halves.rows(arena).to(ElementType.INT8, arena);
      bytes.install(new KvChunk(0, 1, 0, tokens, rows.k(), rows.v(), rows.scales()));
    }
    bytes.installed(tokens);
    return bytes;
  }

  /** In float16, as a request's own tokens are. */
  private NativeKvSegment segment(int tokens, long seed) {
    NativeKvSegment made = new NativeKvSegment(GEOMETRY, ElementType.FLOAT16, tokens, () -> {});
    segments.add(made);
    int d = GEOMETRY.headDim();
    Rows values = RandomRows.activations(2 * GEOMETRY.kvHeads() * tokens, d, seed);
    int row = 0;
    for (int head = 0; head < GEOMETRY.kvHeads(); head++) {
      for (int token = 0; token < tokens; token++) {
        long at = made.offset(0, head, token);
        made.write(made.keys(), at, values.data(), values.at(row++));
        made.write(made.values(), at, values.data(), values.at(row++));
      }
    }
    made.installed(tokens);
    return made;
  }

  @Benchmark
  public float[] attention() {
    kernels.attention(call);
    return call.out().data();
  }

  @TearDown
  public void close() {
    kernels.close();
    segments.forEach(CpuSegment::close);
  }
}
