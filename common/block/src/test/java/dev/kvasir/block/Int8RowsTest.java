package dev.kvasir.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounding to bytes against the formula in exact arithmetic. */
class Int8RowsTest {
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int DIM = 8;

  private final Arena arena = Arena.ofConfined();

  @AfterEach
  void close() {
    arena.close();
  }

  @Test
  void to_halves_goToTheEvenNeighbor() {
    KvRows rounded = rounded(127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, -127);
    assertThat(scale(rounded)).isEqualTo(1);
    assertThat(elements(rounded)).containsExactly(127, 0, 2, 2, 0, -2, -2, -127);
  }

  @Test
  void to_zeros_haveScaleZero() {
    KvRows rounded = rounded(0, -0f, 0, 0, 0, 0, 0, 0);
    assertThat(Float.floatToRawIntBits(scale(rounded))).isZero();
    assertThat(elements(rounded)).containsOnly(0);
  }

  @Test
  void to_scaleWouldBeSubnormal_becomesZeros() {
    KvRows rounded = rounded(0x1p-120f, 0, 0, 0, 0, 0, 0, 0);
    assertThat(scale(rounded)).isZero();
    assertThat(elements(rounded)).containsOnly(0);
    assertThat(scale(rounded(0x1p-119f, 0, 0, 0, 0, 0, 0, 0))).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE})
  void to_notFiniteOrTooLarge_isRefused(float value) {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> rounded(1, 2, value, 0, 0, 0, 0, 1e30f))
        .withMessageContaining("use float16 KV");
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"FLOAT16", "FLOAT32"})
  void to_randomRows_equalExactArithmetic(ElementType type) {
    KvGeometry geometry = new KvGeometry(3, 2, DIM);
    KvRows floats = random(geometry, 500, type);
    KvRows rounded = floats.to(ElementType.INT8, arena);
    assertThat(rounded.type()).isEqualTo(ElementType.INT8);
    assertThat(rounded.tokens()).isEqualTo(500);
    for (int row = 0; row < geometry.rows(500); row++) {
      check(floats.k(), type, row, rounded.k(), rounded.scales().k());
      check(floats.v(), type, row, rounded.v(), rounded.scales().v());
    }
  }

  private static void check(
      MemorySegment floats,
      ElementType type,
      int row,
      MemorySegment elements,
      MemorySegment scales) {
    double[] values = new double[DIM];
    for (int i = 0; i < DIM; i++) {
      values[i] = value(floats, type, row * DIM + i);
    }
    double max = Arrays.stream(values).map(Math::abs).max().orElseThrow();
    float scale = (float) (max / 127);
    assertThat(scales.get(SINGLE, 4L * row)).isEqualTo(scale);
    for (int i = 0; i < DIM; i++) {
      BigDecimal quotient = new BigDecimal((float) (values[i] / scale));
      int expected = quotient.setScale(0, RoundingMode.HALF_EVEN).intValueExact();
      byte element = elements.get(ValueLayout.JAVA_BYTE, (long) row * DIM + i);
      assertThat((int) element).isEqualTo(expected).isBetween(-127, 127);
      assertThat(Math.abs(element * scale - values[i])).isLessThanOrEqualTo(scale * 0.50001);
    }
  }

  @Test
  void to_theirOwnType_areTheSameRows() {
    KvRows floats = random(new KvGeometry(1, 1, DIM), 2, ElementType.FLOAT16);
    assertThat(floats.to(ElementType.FLOAT16, arena)).isSameAs(floats);
  }

  @Test
  void to_otherFloats_isRefused() {
    KvRows floats = random(new KvGeometry(1, 1, DIM), 2, ElementType.FLOAT16);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> floats.to(ElementType.FLOAT32, arena))
        .withMessageContaining("FLOAT16 rows do not become FLOAT32");
    KvRows bytes = floats.to(ElementType.INT8, arena);
    assertThatIllegalArgumentException().isThrownBy(() -> bytes.to(ElementType.FLOAT16, arena));
  }

  @Test
  void rows_scalesMissingOrOfNoUse_areRefused() {
    KvGeometry geometry = new KvGeometry(1, 1, DIM);
    MemorySegment bytes = arena.allocate(DIM);
    MemorySegment scale = arena.allocate(Float.BYTES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KvRows(geometry, ElementType.INT8, 1, bytes, bytes))
        .withMessageContaining("scales of k and v must have 4 bytes");
    MemorySegment halves = arena.allocate(2 * DIM);
    KvScales scales = new KvScales(scale, scale);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KvRows(geometry, ElementType.FLOAT16, 1, halves, halves, scales));
  }

  /** One row of both K and V. */
  private KvRows rounded(float... row) {
    MemorySegment floats = arena.allocate(DIM * (long) Float.BYTES);
    for (int i = 0; i < DIM; i++) {
      floats.set(SINGLE, 4L * i, row[i]);
    }
    return new KvRows(new KvGeometry(1, 1, DIM), ElementType.FLOAT32, 1, floats, floats)
        .to(ElementType.INT8, arena);
  }

  private static float scale(KvRows rows) {
    assertThat(rows.scales().v().mismatch(rows.scales().k())).isEqualTo(-1);
    return rows.scales().k().get(SINGLE, 0);
  }

  private static int[] elements(KvRows rows) {
    assertThat(rows.v().mismatch(rows.k())).isEqualTo(-1);
    int[] elements = new int[DIM];
    for (int i = 0; i < DIM; i++) {
      elements[i] = rows.k().get(ValueLayout.JAVA_BYTE, i);
    }
    return elements;
  }

  private KvRows random(KvGeometry geometry, int tokens, ElementType type) {
    Random random = new Random(17);
    long count = geometry.rows(tokens) * geometry.headDim();
    MemorySegment k = arena.allocate(count * type.bytes());
    MemorySegment v = arena.allocate(count * type.bytes());
    for (long i = 0; i < count; i++) {
      put(k, type, i, (float) random.nextGaussian());
      put(v, type, i, (float) (random.nextGaussian() * Math.exp(2 * random.nextGaussian())));
    }
    return new KvRows(geometry, type, tokens, k, v);
  }

  private static void put(MemorySegment rows, ElementType type, long element, float value) {
    if (type == ElementType.FLOAT16) {
      rows.set(HALF, 2 * element, Float.floatToFloat16(value));
    } else {
      rows.set(SINGLE, 4 * element, value);
    }
  }

  private static float value(MemorySegment rows, ElementType type, long element) {
    return type == ElementType.FLOAT16
        ? Float.float16ToFloat(rows.get(HALF, 2 * element))
        : rows.get(SINGLE, 4 * element);
  }
}
