package dev.kvasir.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.engine.kernel.AttentionCall.Query;
import dev.kvasir.engine.kernel.AttentionCall.Span;
import dev.kvasir.engine.kernel.RowSource.Form;
import dev.kvasir.engine.kernel.scalar.ScalarKernels;
import dev.kvasir.engine.kv.CpuSegment;
import dev.kvasir.engine.kv.Int8KvSegment;
import dev.kvasir.engine.kv.NativeKvSegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every backend must compute: each kernel against the scalar oracle, at sizes that straddle
 * lanes, tiles, panels and blocks.
 */
abstract class AbstractKernelsTest {
  private static final int SEED = 20261124;

  private final ScalarKernels oracle = new ScalarKernels();
  private final Random random = new Random(SEED);
  private final List<NativeKvSegment> segments = new ArrayList<>();
  private final List<Int8KvSegment> int8Segments = new ArrayList<>();
  private Kernels kernels;

  abstract Kernels create();

  @BeforeEach
  void open() {
    kernels = create();
  }

  @AfterEach
  void close() {
    kernels.close();
    segments.forEach(NativeKvSegment::close);
    int8Segments.forEach(Int8KvSegment::close);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 16, 16",
    "1, 17, 5",
    "1, 80, 7",
    "1, 960, 576",
    "2, 16, 1",
    "3, 33, 31",
    "4, 48, 385",
    "5, 15, 64",
    "50, 96, 576",
    "95, 64, 64",
    "96, 64, 64",
    "97, 31, 33",
    "257, 48, 400",
    "513, 16, 1536"
  })
  void matmul_equalsOracle(int rows, int outputs, int inputs) {
    PackedMatrix w = PackedMatrix.pack(outputs, inputs, n -> target -> fill(target, 0, inputs));
    Rows x = rows(rows, inputs);
    Rows actual = empty(rows, outputs);
    Rows expected = empty(rows, outputs);
    kernels.matmul(w, x, actual);
    oracle.matmul(w, x, expected);
    assertClose(actual, expected, 1e-6 * inputs);
  }

  @ParameterizedTest
  @CsvSource({
    "Q4_1, 1, 16, 32",
    "Q4_1, 1, 49, 576",
    "Q4_1, 5, 33, 64",
    "Q4_1, 50, 96, 1536",
    "Q4_1, 2, 17, 32",
    "Q4_1, 7, 96, 576",
    "Q4_1, 8, 48, 1536",
    "Q4_1, 9, 48, 96",
    "Q8_0, 2, 17, 32",
    "Q8_0, 8, 48, 1536",
    "Q8_0, 9, 48, 96",
    "Q4_1, 130, 16, 416",
    "Q8_0, 1, 16, 32",
    "Q8_0, 1, 49, 576",
    "Q8_0, 5, 33, 64",
    "Q8_0, 50, 96, 1536",
    "Q8_0, 130, 16, 416"
  })
  void matmul_quantised_equalsFloatsBitForBit(Form form, int rows, int outputs, int inputs) {
    RandomBlocks blocks = new RandomBlocks(form, outputs, inputs, SEED);
    PackedMatrix quantised = PackedMatrix.pack(outputs, inputs, blocks);
    PackedMatrix floats =
        PackedMatrix.pack(outputs, inputs, row -> target -> blocks.row(row).read(target));
    assertThat(quantised.bytes()).isLessThan(floats.bytes() / 2);
    Rows x = rows(rows, inputs);
    Rows actual = empty(rows, outputs);
    Rows expected = empty(rows, outputs);
    kernels.matmul(quantised, x, actual);
    kernels.matmul(floats, x, expected);
    assertClose(actual, expected, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 16, 32",
    "1, 49, 576",
    "2, 17, 32",
    "5, 33, 64",
    "7, 96, 576",
    "8, 48, 1536",
    "9, 48, 96",
    "50, 96, 1536",
    "130, 16, 416"
  })
  void matmul_float16_equalsFloatsBitForBit(int rows, int outputs, int inputs) {
    RandomHalves halves = new RandomHalves(outputs, inputs, SEED);
    PackedMatrix packed = PackedMatrix.pack(outputs, inputs, halves);
    PackedMatrix floats =
        PackedMatrix.pack(outputs, inputs, row -> target -> halves.row(row).read(target));
    assertThat(packed.bytes()).isEqualTo(floats.bytes() / 2);
    Rows x = rows(rows, inputs);
    Rows actual = empty(rows, outputs);
    Rows expected = empty(rows, outputs);
    kernels.matmul(packed, x, actual);
    kernels.matmul(floats, x, expected);
    assertClose(actual, expected, 0);
  }

  @ParameterizedTest
  @CsvSource({"1, 16", "3, 15", "4, 17", "5, 576", "33, 31"})
  void rmsNorm_equalsOracle(int rows, int width) {
    Rows x = rows(rows, width);
    float[] gain = new float[width];
    fill(gain, 0, width);
    Rows actual = empty(rows, width);
    Rows expected = empty(rows, width);
    kernels.rmsNorm(x, gain, 1e-5f, actual);
    oracle.rmsNorm(x, gain, 1e-5f, expected);
    assertClose(actual, expected, 1e-5);
  }

  @ParameterizedTest
  @CsvSource({"1, 16", "5, 17", "20, 576"})
  void add_equalsOracle(int rows, int width) {
    Rows actual = rows(rows, width);
    Rows expected = copy(actual);
    Rows x = rows(rows, width);
    kernels.add(actual, x);
    oracle.add(expected, x);
    assertClose(actual, expected, 0);
  }

  @ParameterizedTest
  @CsvSource({"1, 16", "5, 17", "33, 1152"})
  void addBias_equalsOracle(int rows, int width) {
    Rows actual = rows(rows, width);
    Rows expected = copy(actual);
    float[] bias = new float[width];
    fill(bias, 0, width);
    kernels.addBias(actual, bias);
    oracle.addBias(expected, bias);
    assertClose(actual, expected, 0);
  }

  @ParameterizedTest
  @CsvSource({"1, 16", "3, 7", "5, 17", "18, 1536"})
  void swiGlu_equalsOracle(int rows, int width) {
    Rows gateUp = rows(rows, 2 * width);
    gateUp.data()[0] = -200;
    gateUp.data()[1] = 200;
    Rows actual = empty(rows, width);
    Rows expected = empty(rows, width);
    kernels.swiGlu(gateUp, actual);
    oracle.swiGlu(gateUp, expected);
    assertClose(actual, expected, 3e-5);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1, 1, 16", "1, 1, 1, 1, 64", "2, 3, 5, 3, 32", "31, 127, 128, 3, 64",
    "33, 129, 16, 3, 64", "128, 15, 200, 1, 16", "129, 300, 1, 2, 48", "50, 160, 160, 3, 64",
    "1, 191, 192, 3, 64", "1, 193, 400, 4, 64", "1, 15, 17, 5, 48", "1, 33, 1, 8, 80",
    "1, 16, 31, 16, 16", "1, 40, 0, 17, 32"
  })
  void attention_equalsOracle(int tokens, int block, int secondBlock, int group, int headDim) {
    int kvHeads = 2;
    int heads = group * kvHeads;
    RopeTable rope = new RopeTable(1000, headDim, 10_000);
    List<Span> spans = new ArrayList<>();
    int start = 0;
    for (int length : new int[] {block, secondBlock}) {
      if (length > 0) {
        spans.add(new Span(segment(kvHeads, headDim, length), start, length, false));
        start += length;
      }
    }
    int earlier = 7;
    spans.add(new Span(segment(kvHeads, headDim, earlier + tokens), start, earlier + tokens, true));
    Query query = new Query(0, tokens, start + earlier, spans);
    Rows queries = rows(tokens, heads * headDim);
    Rows actual = empty(tokens, heads * headDim);
    Rows expected = empty(tokens, heads * headDim);
    kernels.attention(new AttentionCall(1, heads, rope, queries, actual, List.of(query)));
    oracle.attention(new AttentionCall(1, heads, rope, queries, expected, List.of(query)));
    assertClose(actual, expected, 2e-5);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 16",
    "3, 15, 64",
    "3, 192, 64",
    "4, 193, 48",
    "7, 385, 64",
    "16, 31, 80",
    "17, 40, 32"
  })
  void attention_lastTokenAlone_equalsItAmongOthersBitForBit(int group, int block, int headDim) {
    int kvHeads = 2;
    int tokens = 200;
    int width = group * kvHeads * headDim;
    RopeTable rope = new RopeTable(1000, headDim, 10_000);
    List<Span> spans =
        List.of(
            new Span(segment(kvHeads, headDim, block), 0, block, false),
            new Span(segment(kvHeads, headDim, tokens), block, tokens, true));
    Rows queries = rows(tokens, width);
    Rows together = empty(tokens, width);
    Rows alone = empty(1, width);
    int last = tokens - 1;
    Query all = new Query(0, tokens, block, spans);
    Query one = new Query(0, 1, block + last, spans);
    kernels.attention(new AttentionCall(1, group * kvHeads, rope, queries, together, List.of(all)));
    kernels.attention(
        new AttentionCall(1, group * kvHeads, rope, queries.slice(last, 1), alone, List.of(one)));
    assertClose(alone, together.slice(last, 1), 0);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 3, 16",
    "2, 15, 1, 16",
    "17, 16, 3, 32",
    "31, 17, 2, 48",
    "33, 191, 3, 64",
    "50, 192, 3, 64",
    "97, 193, 1, 80",
    "128, 400, 1, 128"
  })
  void attention_int8Block_equalsOracleAndItsFloatsBitForBit(
      int tokens, int block, int group, int headDim) {
    int kvHeads = 2;
    RopeTable rope = new RopeTable(1000, headDim, 10_000);
    KvGeometry geometry = new KvGeometry(2, kvHeads, headDim);
    Int8KvSegment bytes = RandomInt8.segment(geometry, block, random);
    int8Segments.add(bytes);
    Span own = new Span(segment(kvHeads, headDim, tokens), block, tokens, true);
    Rows queries = rows(tokens, group * kvHeads * headDim);
    List<Rows> results = new ArrayList<>();
    for (CpuSegment context : List.of(bytes, widened(bytes), bytes)) {
      Kernels each = results.size() == 2 ? oracle : kernels;
      Query query = new Query(0, tokens, block, List.of(new Span(context, 0, block, false), own));
      Rows out = empty(tokens, group * kvHeads * headDim);
      each.attention(new AttentionCall(1, group * kvHeads, rope, queries, out, List.of(query)));
      results.add(out);
    }
    assertClose(results.getFirst(), results.get(1), 0);
    assertClose(results.getFirst(), results.getLast(), 2e-5);
  }

  /** The same numbers as float32 rows. */
  private NativeKvSegment widened(Int8KvSegment bytes) {
    KvGeometry geometry = bytes.geometry();
    NativeKvSegment floats = empty(geometry.kvHeads(), geometry.headDim(), bytes.tokens());
    RopeTable still = new RopeTable(1, geometry.headDim(), 10_000);
    return MovedKeys.move(bytes, 0, still, floats);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 3", "40, 3", "33, 1", "97, 4"})
  void attention_scatteredTokens_seeWhatIsBeforeEachBitForBit(int tokens, int group) {
    int headDim = 64;
    int width = group * 2 * headDim;
    RopeTable rope = new RopeTable(1000, headDim, 10_000);
    Span own = new Span(segment(2, headDim, 3 * tokens), 50, 3 * tokens, true);
    Span block = new Span(segment(2, headDim, 50), 0, 50, false);
    List<Span> spans = List.of(block, own);
    int[] positions = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      positions[i] = 50 + 3 * i + i % 2;
    }
    Rows queries = rows(tokens, width);
    Rows together = empty(tokens, width);
    Query all = new Query(0, positions, spans, Sharpening.NONE);
    kernels.attention(new AttentionCall(1, group * 2, rope, queries, together, List.of(all)));
    for (int i = 0; i < tokens; i++) {
      Rows alone = empty(1, width);
      Query one = new Query(0, 1, positions[i], spans);
      Rows query = queries.slice(i, 1);
      kernels.attention(new AttentionCall(1, group * 2, rope, query, alone, List.of(one)));
      assertClose(alone, together.slice(i, 1), 0);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0.9, 0.9", "1, 0.5, 1.5", "40, 0.9, 0.9", "40, 0.2, 1", "33, 1.3, 0.7"})
  void attention_sharpened_equalsOracle(int tokens, float temperature, float scale) {
    int headDim = 48;
    int heads = 6;
    RopeTable rope = new RopeTable(1000, headDim, 10_000);
    List<Span> spans =
        List.of(
            new Span(segment(2, headDim, 200), 30, 200, false),
            new Span(segment(2, headDim, 17), 30, 17, false),
            new Span(segment(2, headDim, 30), 0, 30, false),
            new Span(segment(2, headDim, tokens), 230, tokens, true));
    int[] positions = IntStream.range(230, 230 + tokens).toArray();
    Query query = new Query(0, positions, spans, new Sharpening(2, temperature, scale));
    Rows queries = rows(tokens, heads * headDim);
    Rows actual = empty(tokens, heads * headDim);
    Rows expected = empty(tokens, heads * headDim);
    kernels.attention(new AttentionCall(1, heads, rope, queries, actual, List.of(query)));
    oracle.attention(new AttentionCall(1, heads, rope, queries, expected, List.of(query)));
    assertClose(actual, expected, 2e-5);
  }

  @Test
  void attention_sharpenedByOnes_isTheUsual() {
    RopeTable rope = new RopeTable(1000, 64, 10_000);
    List<Span> spans =
        List.of(
            new Span(segment(2, 64, 40), 0, 40, false), new Span(segment(2, 64, 9), 40, 9, true));
    int[] positions = IntStream.range(40, 49).toArray();
    Rows queries = rows(9, 4 * 64);
    Rows sharpened = empty(9, 4 * 64);
    Rows usual = empty(9, 4 * 64);
    Query ones = new Query(0, positions, spans, new Sharpening(1, 1, 1));
    Query none = new Query(0, positions, spans, Sharpening.NONE);
    kernels.attention(new AttentionCall(1, 4, rope, queries, sharpened, List.of(ones)));
    kernels.attention(new AttentionCall(1, 4, rope, queries, usual, List.of(none)));
    assertClose(sharpened, usual, 1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 500, 4000, 8000})
  void attention_queriesTurned_equalsKeysMoved(int start) {
    int headDim = 64;
    int tokens = 20;
    RopeTable rope = new RopeTable(start + 300, headDim, 100_000);
    NativeKvSegment block = segment(1, headDim, 200);
    NativeKvSegment own = segment(1, headDim, tokens);
    NativeKvSegment moved = empty(1, headDim, 200);
    MovedKeys.move(block, start, rope, moved);
    Rows queries = rows(tokens, 3 * headDim);
    Span last = new Span(own, start + 200, tokens, true);
    Rows turned = empty(tokens, 3 * headDim);
    Rows shifted = empty(tokens, 3 * headDim);
    Query byQuery =
        new Query(0, tokens, start + 200, List.of(new Span(block, start, 200, false), last));
    Query byKey = new Query(0, tokens, start + 200, List.of(new Span(moved, 0, 200, false), last));
    kernels.attention(new AttentionCall(0, 3, rope, queries, turned, List.of(byQuery)));
    kernels.attention(new AttentionCall(0, 3, rope, queries, shifted, List.of(byKey)));
    assertThat(relativeError(turned, shifted)).isLessThan(1e-5);
  }

  private NativeKvSegment segment(int kvHeads, int headDim, int tokens) {
    NativeKvSegment segment = empty(kvHeads, headDim, tokens);
    float[] row = new float[headDim];
    for (int layer = 0; layer < 2; layer++) {
      for (int head = 0; head < kvHeads; head++) {
        for (int token = 0; token < tokens; token++) {
          fill(row, 0, headDim);
          segment.write(segment.keys(), segment.offset(layer, head, token), row, 0);
          fill(row, 0, headDim);
          segment.write(segment.values(), segment.offset(layer, head, token), row, 0);
        }
      }
    }
    segment.installed(tokens);
    return segment;
  }

  private NativeKvSegment empty(int kvHeads, int headDim, int tokens) {
    KvGeometry geometry = new KvGeometry(2, kvHeads, headDim);
    NativeKvSegment segment = new NativeKvSegment(geometry, ElementType.FLOAT32, tokens, () -> {});
    segments.add(segment);
    return segment;
  }

  private Rows rows(int rows, int width) {
    Rows result = empty(rows, width);
    fill(result.data(), 0, result.data().length);
    return result;
  }

  /** Rows with the room that kernels may overwrite: whole panels wide, whole tiles high. */
  private static Rows empty(int rows, int width) {
    int stride = PackedMatrix.padded(width);
    int padded = Kernels.paddedRows(rows);
    return new Rows(new float[padded * stride], 0, rows, width, stride);
  }

  private static Rows copy(Rows rows) {
    return new Rows(rows.data().clone(), 0, rows.rows(), rows.width(), rows.stride());
  }

  private void fill(float[] target, int from, int count) {
    for (int i = from; i < from + count; i++) {
      target[i] = (float) random.nextGaussian();
    }
  }

  private static void assertClose(Rows actual, Rows expected, double bound) {
    for (int row = 0; row < expected.rows(); row++) {
      for (int i = 0; i < expected.width(); i++) {
        double difference =
            actual.data()[actual.at(row) + i] - expected.data()[expected.at(row) + i];
        assertThat(Math.abs(difference))
            .as("seed=%d row=%d column=%d", SEED, row, i)
            .isLessThanOrEqualTo(bound);
      }
    }
  }

  private static double relativeError(Rows actual, Rows expected) {
    double difference = 0;
    double norm = 0;
    for (int row = 0; row < expected.rows(); row++) {
      for (int i = 0; i < expected.width(); i++) {
        double value = expected.data()[expected.at(row) + i];
        difference += Math.pow(actual.data()[actual.at(row) + i] - value, 2);
        norm += value * value;
      }
    }
    return Math.sqrt(difference / norm);
  }
}
