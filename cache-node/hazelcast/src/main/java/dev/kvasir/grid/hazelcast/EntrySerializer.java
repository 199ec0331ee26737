package dev.kvasir.grid.hazelcast;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import dev.kvasir.store.grid.table.BlockEntry;
import java.util.Objects;

/** An entry as named fields, which members can query and later versions can add to. */
final class EntrySerializer implements CompactSerializer<BlockEntry> {
  private static final String CHUNKS = "chunks";
  static final String BYTES = "bytes";
  private static final String INFO = "info";
  private static final String WRITE = "write";

  @Override
  public BlockEntry read(CompactReader reader) {
    return new BlockEntry(
        reader.readInt32(CHUNKS),
        reader.readInt64(BYTES),
        Objects.requireNonNull(reader.readArrayOfInt8(INFO), INFO),
        reader.readInt64(WRITE));
  }

  @Override
  public void write(CompactWriter writer, BlockEntry entry) {
    writer.writeInt32(CHUNKS, entry.chunks());
    writer.writeInt64(BYTES, entry.bytes());
    writer.writeArrayOfInt8(INFO, entry.infoBytes());
    writer.writeInt64(WRITE, entry.write());
  }

  @Override
  public String getTypeName() {
    return "kvasir-entry";
  }

  @Override
  public Class<BlockEntry> getCompactClass() {
    return BlockEntry.class;
  }
}
