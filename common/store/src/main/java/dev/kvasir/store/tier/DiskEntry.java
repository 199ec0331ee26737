package dev.kvasir.store.tier;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockInfoBytes;
import dev.kvasir.store.StoredBlock;
import dev.kvasir.store.Tier;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which nodes have a block in a file. Its text has four fields and a space between them: chunks,
 * bytes, {@link BlockInfoBytes} in base 64, and the nodes' ids, URL-encoded, with commas.
 *
 * @param chunks number of chunk records
 * @param bytes bytes of all records
 */
public record DiskEntry(int chunks, long bytes, BlockInfo info, SortedSet<String> nodes) {
  private static final int FIELDS = 4;

  /** The entry of a block that one node has. */
  static DiskEntry of(StoredBlock block, String node) {
    return new DiskEntry(block.chunks(), block.bytes(), block.info(), new TreeSet<>(Set.of(node)));
  }

  /** The same with one more node and everything that the other info says. */
  DiskEntry with(String node, BlockInfo other) {
    TreeSet<String> all = new TreeSet<>(nodes);
    all.add(node);
    return new DiskEntry(chunks, bytes, union(info, other), all);
  }

  /** The same without that node; it may have no nodes then. */
  DiskEntry without(String node) {
    TreeSet<String> rest = new TreeSet<>(nodes);
    rest.remove(node);
    return new DiskEntry(chunks, bytes, info, rest);
  }

  DiskEntry withInfo(BlockInfo other) {
    return new DiskEntry(chunks, bytes, other, nodes);
  }

  /** Whether one of these members has it. */
  boolean isHeldBy(Collection<String> members) {
    return nodes.stream().anyMatch(members::contains);
  }

  StoredBlock block(BlockKey key) {
    return new StoredBlock(key, chunks, bytes, info, Tier.DISK);
  }

  /** Two nodes' infos of one block, neither of which a tombstone means. */
  private static BlockInfo union(BlockInfo one, BlockInfo other) {
    Set<DocumentRef> documents = new HashSet<>(one.documents());
    documents.addAll(other.documents());
    return new BlockInfo(
        one.model(),
        one.scope(),
        Math.max(one.generation(), other.generation()),
        documents,
        one.storedAt().isBefore(other.storedAt()) ? one.storedAt() : other.storedAt());
  }

  String text() {
    return "%d %d %s %s"
        .formatted(
            chunks,
            bytes,
            Base64.getEncoder().encodeToString(BlockInfoBytes.of(info)),
            nodes.stream()
                .map(node -> URLEncoder.encode(node, StandardCharsets.UTF_8))
                .collect(Collectors.joining(",")));
  }

  /**
   * Reads the text back.
   *
   * @throws IllegalArgumentException if it is none
   */
  static DiskEntry parse(String text) {
    List<String> fields = List.of(text.split(" ", -1));
    if (fields.size() != FIELDS) {
      throw new IllegalArgumentException("a disk entry has 4 fields: \"" + text + "\"");
    }
    SortedSet<String> nodes = new TreeSet<>();
    for (String node : fields.get(3).split(",", -1)) {
      nodes.add(URLDecoder.decode(node, StandardCharsets.UTF_8));
    }
    return new DiskEntry(
        Integer.parseInt(fields.get(0)),
        Long.parseLong(fields.get(1)),
        BlockInfoBytes.parse(Base64.getDecoder().decode(fields.get(2))),
        nodes);
  }
}
