package dev.kvasir.store;

import dev.kvasir.block.DocumentRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The form in which grids and files keep a {@link BlockInfo}: version (1 byte), model, scope,
 * generation (int64), time in ms (int64), number of documents (int32), then collection and document
 * of each; texts as {@link DataOutputStream#writeUTF}, absent ones as a flag. Equal infos have
 * equal bytes.
 */
public final class BlockInfoBytes {
  private static final int VERSION = 1;
  private static final int MAX_DOCUMENTS = 1 << 20;
  private static final Comparator<DocumentRef> ORDER =
      Comparator.<DocumentRef, String>comparing(ref -> ref.collection().orElse(""))
          .thenComparing(ref -> ref.document().orElse(""));

  private BlockInfoBytes() {}

  /** The info as bytes. */
  public static byte[] of(BlockInfo info) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeUTF(info.model());
      out.writeUTF(info.scope());
      out.writeLong(info.generation());
      out.writeLong(info.storedAt().toEpochMilli());
      List<DocumentRef> documents = info.documents().stream().sorted(ORDER).toList();
      out.writeInt(documents.size());
      for (DocumentRef document : documents) {
        write(out, document.collection());
        write(out, document.document());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads the bytes back.
   *
   * @throws IllegalArgumentException if they are not what {@link #of} writes
   */
  public static BlockInfo parse(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readByte() != VERSION) {
        throw new IllegalArgumentException("block info of an unknown version");
      }
      String model = in.readUTF();
      String scope = in.readUTF();
      long generation = in.readLong();
      Instant storedAt = Instant.ofEpochMilli(in.readLong());
      Set<DocumentRef> documents = readDocuments(in);
      if (in.read() >= 0) {
        throw new IllegalArgumentException("block info with bytes behind its end");
      }
      return new BlockInfo(model, scope, generation, documents, storedAt);
    } catch (IOException e) {
      throw new IllegalArgumentException("block info that ends too early", e);
    }
  }

  private static Set<DocumentRef> readDocuments(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MAX_DOCUMENTS) {
      throw new IllegalArgumentException("block info with " + count + " documents");
    }
    Set<DocumentRef> documents = new HashSet<>();
    for (int i = 0; i < count; i++) {
      documents.add(new DocumentRef(read(in), read(in)));
    }
    return documents;
  }

  private static void write(DataOutputStream out, Optional<String> text) throws IOException {
    out.writeBoolean(text.isPresent());
    if (text.isPresent()) {
      out.writeUTF(text.get());
    }
  }

  private static Optional<String> read(DataInputStream in) throws IOException {
    return in.readBoolean() ? Optional.of(in.readUTF()) : Optional.empty();
  }
}
