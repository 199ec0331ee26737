package dev.kvasir.warmup.job;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.SharedMap;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The block keys of each job, in the order of its corpus, in parts of {@value #PART_KEYS} under
 * {@code ID/NUMBER} in a shared map, as base64 of the keys one after the other. Methods block.
 * Thread-safe.
 */
public final class Manifests {
  /** Keys of a part; the last one may have fewer. */
  public static final int PART_KEYS = 256;

  /** Most blocks of one job: 44 MB in the grid. */
  public static final int MAX_BLOCKS = 1_000_000;

  private static final String MAP = "kvasir-warmup-manifests";

  private final SharedMap map;

  public Manifests(Grid grid) {
    map = grid.map(MAP);
  }

  /** Writes a job's keys; returns the number of parts. */
  public int write(String job, List<BlockKey> keys) {
    int part = 0;
    for (int from = 0; from < keys.size(); from += PART_KEYS) {
      List<BlockKey> some = keys.subList(from, Math.min(from + PART_KEYS, keys.size()));
      Answers.await(map.putIfAbsent(name(job, part), text(some), SharedMap.FOREVER));
      part++;
    }
    return part;
  }

  /**
   * The keys of one part.
   *
   * @throws LostManifestException if the grid has lost them
   */
  public List<BlockKey> read(String job, int part) {
    String name = name(job, part);
    return Optional.ofNullable(Answers.await(map.getAll(List.of(name))).get(name))
        .map(Manifests::keys)
        .orElseThrow(() -> new LostManifestException(job, part));
  }

  /** Has a job's keys forgotten after that time. */
  public void forget(String job, int parts, Duration after) {
    for (int part = 0; part < parts; part++) {
      String name = name(job, part);
      String known = Answers.await(map.getAll(List.of(name))).get(name);
      if (known != null) {
        Answers.await(map.replace(name, known, known, after));
      }
    }
  }

  private static String name(String job, int part) {
    return "%s/%05d".formatted(job, part);
  }

  private static String text(List<BlockKey> keys) {
    ByteBuffer bytes = ByteBuffer.allocate(keys.size() * BlockKey.BYTES);
    keys.forEach(key -> bytes.put(key.bytes()));
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static List<BlockKey> keys(String text) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
    List<BlockKey> keys = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] key = new byte[BlockKey.BYTES];
      bytes.get(key);
      keys.add(BlockKey.of(key));
    }
    return keys;
  }
}
