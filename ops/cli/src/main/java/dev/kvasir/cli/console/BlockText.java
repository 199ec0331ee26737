package dev.kvasir.cli.console;

import dev.kvasir.block.BlockHeader;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.ElementType;
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
      ElementType type = codec.header(block.key(), block.header()).elementType();
      BlockHeader header = codec.decode(block, chunk -> text.add(chunk, type));
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

  private void add(KvChunk chunk, ElementType type) {
    chunks.append(
        "chunk %-3d layers %d to %d, tokens %d to %d, k[0] = %s, v[0] = %s%n"
            .formatted(
                index++,
                chunk.firstLayer(),
                chunk.firstLayer() + chunk.layers() - 1,
                chunk.firstToken(),
                chunk.firstToken() + chunk.tokens() - 1,
                start(chunk.k(), type),
                start(chunk.v(), type)));
    count(chunk.k(), type);
    count(chunk.v(), type);
  }

  private void count(MemorySegment rows, ElementType type) {
    long elements = rows.byteSize() / type.bytes();
    for (long i = 0; i < elements; i++) {
      notFinite += Float.isFinite(value(rows, i, type)) ? 0 : 1;
    }
    values += elements;
  }

  private static String start(MemorySegment rows, ElementType type) {
    StringJoiner text = new StringJoiner(" ", "", " ...");
    for (int i = 0; i < SHOWN_VALUES; i++) {
      text.add(String.format(Locale.ROOT, "%.4f", value(rows, i, type)));
    }
    return text.toString();
  }

  private static float value(MemorySegment rows, long element, ElementType type) {
    return switch (type) {
      case FLOAT16 -> Float.float16ToFloat(rows.getAtIndex(HALF, element));
      case FLOAT32 -> rows.getAtIndex(SINGLE, element);
    };
  }

  private static String tokens(TokenIds ids) {
    StringJoiner text = new StringJoiner(" ", "", ids.size() > SHOWN_TOKENS ? " ..." : "");
    for (int i = 0; i < Math.min(SHOWN_TOKENS, ids.size()); i++) {
      text.add(Integer.toString(ids.at(i)));
    }
    return text.toString();
  }
}
