package dev.kvasir.block.arrow;

import static dev.kvasir.block.arrow.TestBlocks.SMOL;
import static dev.kvasir.block.arrow.TestBlocks.assertHolds;
import static dev.kvasir.block.arrow.TestBlocks.encode;
import static dev.kvasir.block.arrow.TestBlocks.zeros;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvRows;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exported int8 blocks beside what numpy rounds from the same float16 rows, and multiplies. */
class PyarrowInt8Test {
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Prints the schema; for each column whether it is numpy's own; CRC-32 of the products. */
  private static final String SCRIPT =
      """
      import sys, zlib
      import numpy, pyarrow
      from pathlib import Path
      folder = Path(sys.argv[1])
      reader = pyarrow.ipc.open_stream(folder / "block.arrows")
      for field in reader.schema:
          print(f"{field.name}: {field.type} nullable={field.nullable}")
      table = reader.read_all()
      table.validate(full=True)
      layers, heads, tokens, dim = 30, 3, len(table) // 90, 64
      def rows(name, width):
          parts = []
          for batch in table.to_batches():
              column = batch.column(name)
              values = column.flatten() if width > 1 else column
              parts.append(values.to_numpy(zero_copy_only=True).reshape(-1, width))
          return numpy.concatenate(parts)
      for name in ("k", "v"):
          source = numpy.fromfile(folder / name, dtype="<f2").astype(numpy.float32)
          source = source.reshape(-1, dim)
          scale = numpy.abs(source).max(axis=1, keepdims=True) / numpy.float32(127)
          with numpy.errstate(invalid="ignore"):
              quotient = numpy.where(scale > 0, source / scale, numpy.float32(0))
          elements = numpy.rint(quotient).astype(numpy.int8)
          stored, factors = rows(name, dim), rows(name + "_scale", 1)
          print(f"{name} elements={numpy.array_equal(stored, elements)}")
          print(f"{name} scales={numpy.array_equal(factors, scale)}")
          products = stored.astype(numpy.float32) * factors
          print(f"{name} products={zlib.crc32(products.tobytes())}")
      """;

  private final ArrowBlockCodec codec = new ArrowBlockCodec();

  @AfterEach
  void allocatorIsEmpty() {
    assertThat(codec.allocatedBytes()).isZero();
    codec.close();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "163, 1", "163, 4096"})
  void export_int8_isWhatNumpyRoundsAndMultiplies(int tokens, int repeat, @TempDir Path folder)
      throws IOException {
    KvRows floats = floats(tokens, repeat);
    Files.write(folder.resolve("k"), floats.k().toArray(ValueLayout.JAVA_BYTE));
    Files.write(folder.resolve("v"), floats.v().toArray(ValueLayout.JAVA_BYTE));
    try (Arena arena = Arena.ofConfined();
        OutputStream out = Files.newOutputStream(folder.resolve("block.arrows"))) {
      KvRows rows = floats.to(ElementType.INT8, arena);
      EncodedBlock block = encode(codec, rows);
      assertThat(block.sizeBytes() < SMOL.bytes(tokens, ElementType.INT8)).isEqualTo(repeat > 1);
      assertHolds(codec, block, rows);
      codec.export(block, out);
      assertThat(PyarrowVenv.run(SCRIPT, folder))
          .containsExactly(
              "k: fixed_size_list<item: int8 not null>[64] nullable=False",
              "v: fixed_size_list<item: int8 not null>[64] nullable=False",
              "k_scale: float nullable=False",
              "v_scale: float nullable=False",
              "k elements=True",
              "k scales=True",
              "k products=" + crc(rows.k(), rows.scales().k()),
              "v elements=True",
              "v scales=True",
              "v products=" + crc(rows.v(), rows.scales().v()));
    }
  }

  private static long crc(MemorySegment elements, MemorySegment scales) {
    ByteBuffer products =
        ByteBuffer.allocate((int) elements.byteSize() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < elements.byteSize(); i++) {
      float scale = scales.getAtIndex(SINGLE, i / SMOL.headDim());
      products.putFloat(elements.get(ValueLayout.JAVA_BYTE, i) * scale);
    }
    CRC32 crc = new CRC32();
    crc.update(products.flip());
    return crc.getValue();
  }

  /** Normally distributed numbers, each written so many times, and zeros in the first row. */
  private static KvRows floats(int tokens, int repeat) {
    KvRows rows = zeros(SMOL, tokens, ElementType.FLOAT16);
    Random random = new Random(6);
    short half = 0;
    for (int i = SMOL.headDim(); i < rows.k().byteSize() / Short.BYTES; i++) {
      half = i % repeat == 0 ? Float.floatToFloat16((float) random.nextGaussian()) : half;
      rows.k().set(HALF, (long) i * Short.BYTES, half);
      rows.v().set(HALF, (long) i * Short.BYTES, (short) (half ^ 0x8000));
    }
    return rows;
  }
}
