package dev.kvasir.block.arrow;

import static dev.kvasir.block.arrow.TestBlocks.SMOL;
import static dev.kvasir.block.arrow.TestBlocks.TINY;
import static dev.kvasir.block.arrow.TestBlocks.encode;
import static dev.kvasir.block.arrow.TestBlocks.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockFileTest {
  private static final byte[] NOTE = "a note".getBytes(StandardCharsets.UTF_8);

  /** Prints the number of rows and the key of the stream at the front of a file. */
  private static final String SCRIPT =
      """
      import sys, pyarrow
      table = pyarrow.ipc.open_stream(sys.argv[1]).read_all()
      table.validate(full=True)
      print(len(table), table.schema.metadata[b"kvasir.key"].decode())
      """;

  @TempDir private Path folder = Path.of("unset");
  private final ArrowBlockCodec codec = new ArrowBlockCodec();

  @AfterEach
  void closeCodec() {
    codec.close();
  }

  @Test
  void read_whatWasWritten_isTheSameRecords() throws IOException {
    EncodedBlock block = encode(codec, random(SMOL, 163, ElementType.FLOAT16));
    assertThat(block.chunks()).hasSizeGreaterThan(2);
    byte[] file = file(block);
    assertThat(file).hasSize((int) BlockFile.sizeBytes(block, NOTE));
    BlockFile.Contents read = read(block, file);
    assertThat(read.note()).isEqualTo(NOTE);
    assertThat(read.block().key()).isEqualTo(block.key());
    assertThat(read.block().header()).isEqualTo(block.header());
    assertThat(read.block().chunks()).containsExactlyElementsOf(block.chunks());
    try (SeekableByteChannel in = channel(file)) {
      BlockFile.Summary summary = BlockFile.summary(block.key(), in);
      assertThat(summary.note()).isEqualTo(NOTE);
      assertThat(summary.chunks()).isEqualTo(block.chunks().size());
      assertThat(summary.blockBytes()).isEqualTo(block.sizeBytes());
    }
  }

  @Test
  void file_front_isTheExportedStream() throws IOException {
    EncodedBlock block = encode(codec, random(SMOL, 163, ElementType.FLOAT16));
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    codec.export(block, stream);
    assertThat(file(block)).startsWith(stream.toByteArray());
  }

  @Test
  void file_whole_opensInPyarrow() throws IOException {
    EncodedBlock block = encode(codec, random(SMOL, 163, ElementType.FLOAT16));
    Path path = folder.resolve("block.arrow");
    Files.write(path, file(block));
    assertThat(PyarrowVenv.run(SCRIPT, path))
        .containsExactly(SMOL.rows(163) + " " + block.key().hex());
  }

  @Test
  void read_anyBitFlipped_isRefused() throws IOException {
    EncodedBlock block = tiny();
    byte[] file = file(block);
    for (int bit = 0; bit < 8 * file.length; bit++) {
      byte[] damaged = file.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> read(block, damaged))
          .as("bit %d of %d", bit, 8 * file.length)
          .isInstanceOf(DamagedBlockException.class);
    }
  }

  @Test
  void read_anyLengthButTheWhole_isRefused() throws IOException {
    EncodedBlock block = tiny();
    byte[] file = file(block);
    IntStream.rangeClosed(0, file.length + 70)
        .filter(length -> length != file.length)
        .forEach(length ->
            assertThatThrownBy(() -> read(block, Arrays.copyOf(file, length)))
                .as("%d of %d bytes", length, file.length)
                .isInstanceOf(DamagedBlockException.class));
  }

  @Test
  void read_anotherBlocksFile_isRefused() throws IOException {
    EncodedBlock other = encode(codec, random(TINY, 4, ElementType.FLOAT16));
    byte[] file = file(other);
    assertThatThrownBy(() -> read(tiny(), file)).isInstanceOf(DamagedBlockException.class);
  }

  @Test
  void write_damagedBlock_isRefused() {
    EncodedBlock block = tiny();
    block.chunks().getFirst()[40] ^= 1;
    assertThatThrownBy(() -> file(block)).isInstanceOf(DamagedBlockException.class);
  }

  private EncodedBlock tiny() {
    return encode(codec, random(TINY, 3, ElementType.FLOAT16));
  }

  private static byte[] file(EncodedBlock block) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BlockFile.write(block, NOTE, Channels.newChannel(bytes));
    return bytes.toByteArray();
  }

  private BlockFile.Contents read(EncodedBlock block, byte[] file) throws IOException {
    try (SeekableByteChannel in = channel(file)) {
      return BlockFile.read(block.key(), in);
    }
  }

  private SeekableByteChannel channel(byte[] file) throws IOException {
    Path path = folder.resolve("bytes");
    Files.write(path, file);
    return FileChannel.open(path, StandardOpenOption.READ);
  }
}
