package dev.kvasir.cli.console;

import dev.kvasir.block.BlockHeader;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.KvChunk;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.TokenIds;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.StringJoiner;

/** A block in words: what its header says, how it is cut, and a look at its values. */
public final class BlockText {
  private static final int SHOWN_TOKENS = 12;
  private static final int SHOWN_VALUES = 4;
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final StringBuilder chunks = new StringBuilder();
  private int index;
  private long values;
  private long notFinite;

  private BlockText() {}

  /**
   * Checks the block and describes it.
   *
   * @throws dev.kvasir.block.DamagedBlockException if it does not hold together
   */
  public static String of(EncodedBlock block) {
    try (ArrowBlockCodec codec = new ArrowBlockCodec()) {
      BlockText text = new BlockText();
      BlockHeader header = codec.header(block.key(), block.header());
      codec.decode(block, chunk -> text.add(chunk, header));
      return text.describe(header, block);
    }
  }

  private String describe(BlockHeader header, EncodedBlock block) {
    KvGeometry geometry = header.geometry();
    var identity = header.identity();
    return """
    block     %s
    model     %s
    prefix    %s
    scope     %s
    shape     %d layers, %d KV heads, %d tokens, head dimension %d, %s
    tokens    %s
    stored    %d bytes in %d chunks
    %schecked   key, header and chunk layout agree; %d values, %d of them not finite
    """
        .formatted(
            block.key().hex(),
            identity.modelFingerprint(),
            identity.prefix().map(BlockKey::hex).orElse("none"),
            identity.scope(),
            geometry.layers(),
            geometry.kvHeads(),
            header.tokens(),
            geometry.headDim(),
            header.elementType().name().toLowerCase(Locale.ROOT),
            tokens(identity.tokens()),
            block.sizeBytes(),
            block.chunks().size(),
            chunks,
            values,
            notFinite);
  }

  private void add(KvChunk chunk, BlockHeader header) {
    chunks.append(
        "chunk %-3d layers %d to %d, tokens %d to %d, k[0] = %s, v[0] = %s%n"
            .formatted(
                index++,
                chunk.firstLayer(),
                chunk.firstLayer() + chunk.layers() - 1,
                chunk.firstToken(),
                chunk.firstToken() + chunk.tokens() - 1,
                start(new Column(chunk.k(), chunk.scales().k(), header)),
                start(new Column(chunk.v(), chunk.scales().v(), header))));
    count(new Column(chunk.k(), chunk.scales().k(), header));
    count(new Column(chunk.v(), chunk.scales().v(), header));
  }

  private void count(Column column) {
    for (long i = 0; i < column.elements(); i++) {
      notFinite += Float.isFinite(column.value(i)) ? 0 : 1;
    }
    values += column.elements();
  }

  private static String start(Column column) {
    StringJoiner text = new StringJoiner(" ", "", " ...");
    for (int i = 0; i < SHOWN_VALUES; i++) {
      text.add(String.format(Locale.ROOT, "%.4f", column.value(i)));
    }
    return text.toString();
  }

  /** Keys or values of a chunk as numbers. */
  private record Column(MemorySegment rows, MemorySegment scales, BlockHeader header) {
    long elements() {
      return rows.byteSize() / header.elementType().bytes();
    }

    float value(long element) {
      return switch (header.elementType()) {
        case FLOAT16 -> Float.float16ToFloat(rows.getAtIndex(HALF, element));
        case FLOAT32 -> rows.getAtIndex(SINGLE, element);
        case INT8 -> rows.get(ValueLayout.JAVA_BYTE, element) * scale(element);
      };
    }

    private float scale(long element) {
      return scales.getAtIndex(SINGLE, element / header.geometry().headDim());
    }
  }

  private static String tokens(TokenIds ids) {
    StringJoiner text = new StringJoiner(" ", "", ids.size() > SHOWN_TOKENS ? " ..." : "");
    for (int i = 0; i < Math.min(SHOWN_TOKENS, ids.size()); i++) {
      text.add(Integer.toString(ids.at(i)));
    }
    return text.toString();
  }
}
