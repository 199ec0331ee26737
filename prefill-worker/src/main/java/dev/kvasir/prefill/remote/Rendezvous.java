package dev.kvasir.prefill.remote;

import dev.kvasir.block.BlockKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Rendezvous hashing (Thaler and Ravishankar, 1998): everybody who sees the same workers puts them
 * in the same order for a key, and a worker that leaves moves only its own keys.
 */
final class Rendezvous {
  private Rendezvous() {}

  /** The workers, the one that owns the key first. */
  static <W> List<W> order(BlockKey key, Collection<W> workers, Function<W, String> id) {
    return workers.stream()
        .sorted(
            Comparator.<W>comparingLong(worker -> weight(key, id.apply(worker)))
                .reversed()
                .thenComparing(id))
        .toList();
  }

  private static long weight(BlockKey key, String worker) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(key.bytes());
      return ByteBuffer.wrap(digest.digest(worker.getBytes(StandardCharsets.UTF_8))).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
