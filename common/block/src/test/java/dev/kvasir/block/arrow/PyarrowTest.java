package dev.kvasir.block.arrow;

import static dev.kvasir.block.arrow.TestBlocks.SMOL;
import static dev.kvasir.block.arrow.TestBlocks.assertHolds;
import static dev.kvasir.block.arrow.TestBlocks.encode;
import static dev.kvasir.block.arrow.TestBlocks.zeros;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvChunk;
import dev.kvasir.block.KvRows;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exported blocks as the reference implementation of Arrow reads them. */
class PyarrowTest {
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Prints the schema, then rows, CRC-32 and sum of each column. */
  private static final String SCRIPT =
      """
      import sys, zlib
      import numpy, pyarrow
      reader = pyarrow.ipc.open_stream(sys.argv[1])
      for key, value in reader.schema.metadata.items():
          print(f"{key.decode()}={value.decode()}")
      for field in reader.schema:
          print(f"{field.name}: {field.type} nullable={field.nullable}")
      table = reader.read_all()
      table.validate(full=True)
      for name in ("k", "v"):
          crc = 0
          total = 0.0
          for chunk in table.column(name).chunks:
              values = chunk.flatten().to_numpy(zero_copy_only=True)
              crc = zlib.crc32(values.tobytes(), crc)
              total += float(values.astype(numpy.float64).sum())
          print(f"{name} rows={len(table)} crc={crc} sum={total:.3f}")
      """;

  private final ArrowBlockCodec codec = new ArrowBlockCodec();

  @AfterEach
  void allocatorIsEmpty() {
    assertThat(codec.allocatedBytes()).isZero();
    codec.close();
  }

  @ParameterizedTest
  @CsvSource({
    "1, FLOAT16, 1",
    "163, FLOAT16, 1",
    "163, FLOAT16, 64",
    "163, FLOAT32, 1",
    "163, FLOAT32, 64",
    "2000, FLOAT16, 64"
  })
  void export_anyBlock_hasTheSameValuesInPyarrow(
      int tokens, ElementType type, int repeat, @TempDir Path directory) throws IOException {
    KvRows rows = numbers(tokens, type, repeat);
    EncodedBlock block = encode(codec, rows);
    assertThat(block.sizeBytes() < SMOL.bytes(tokens, type)).isEqualTo(repeat > 1);
    assertHolds(codec, block, rows);
    Path file = directory.resolve("block.arrows");
    try (OutputStream out = Files.newOutputStream(file)) {
      codec.export(block, out);
    }
    String element = type == ElementType.FLOAT16 ? "halffloat" : "float";
    assertThat(PyarrowVenv.run(SCRIPT, file))
        .contains(
            "kvasir.key=" + block.key().hex(),
            "kvasir.key_rotation=block-local",
            "kvasir.tokens=" + tokens,
            "kvasir.chunks=" + block.chunks().size(),
            "k: fixed_size_list<item: %s not null>[64] nullable=False".formatted(element),
            "v: fixed_size_list<item: %s not null>[64] nullable=False".formatted(element),
            summary(block, type, "k", KvChunk::k),
            summary(block, type, "v", KvChunk::v));
  }

  /** What the script prints for a column, computed from the decoded chunks. */
  private String summary(
      EncodedBlock block, ElementType type, String name, Function<KvChunk, MemorySegment> column) {
    CRC32 crc = new CRC32();
    double[] sum = new double[1];
    int tokens =
        codec
            .decode(
                block,
                chunk -> {
                  MemorySegment rows = column.apply(chunk);
                  crc.update(rows.asByteBuffer());
                  for (long at = 0; at < rows.byteSize(); at += type.bytes()) {
                    sum[0] += number(rows, type, at);
                  }
                })
            .tokens();
    return String.format(
        Locale.ROOT, "%s rows=%d crc=%d sum=%.3f", name, SMOL.rows(tokens), crc.getValue(), sum[0]);
  }

  /** Rows of normally distributed numbers, each written {@code repeat} times. */
  private static KvRows numbers(int tokens, ElementType type, int repeat) {
    KvRows rows = zeros(SMOL, tokens, type);
    Random random = new Random(5);
    float value = 0;
    int count = (int) (rows.k().byteSize() / type.bytes());
    for (int i = 0; i < count; i++) {
      value = i % repeat == 0 ? (float) random.nextGaussian() : value;
      put(rows.k(), type, (long) i * type.bytes(), value);
      put(rows.v(), type, (long) i * type.bytes(), -3 * value);
    }
    return rows;
  }

  private static void put(MemorySegment rows, ElementType type, long at, float value) {
    switch (type) {
      case FLOAT16 -> rows.set(HALF, at, Float.floatToFloat16(value));
      case FLOAT32 -> rows.set(SINGLE, at, value);
      case INT8 -> throw new IllegalArgumentException("rounded, not put");
    }
  }

  private static float number(MemorySegment rows, ElementType type, long at) {
    return switch (type) {
      case FLOAT16 -> Float.float16ToFloat(rows.get(HALF, at));
      case FLOAT32 -> rows.get(SINGLE, at);
      case INT8 -> throw new IllegalArgumentException("of no use without its scale");
    };
  }
}
