package dev.kvasir.http.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A key as its file remembers it: never the key itself.
 *
 * @param id 1 to 64 of {@code [a-z0-9._-]}, unique in the file
 * @param tenant named likewise
 * @param roles at least one
 * @param sha256 of the key's text in UTF-8, in hexadecimal
 * @param revoked since when it is good for nothing
 */
public record ApiKey(
    String id,
    String tenant,
    Set<Role> roles,
    String sha256,
    Instant created,
    Optional<Instant> revoked) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  public ApiKey {
    roles = Set.copyOf(roles);
    requireName("the id of a key", id);
    requireName("the tenant of a key", tenant);
    require(!roles.isEmpty(), "a key has at least one of the roles data, admin and cluster");
    require(HASH.matcher(sha256).matches(), "sha256 is 64 hexadecimal digits");
  }

  /** Whether this is the key with that hash; takes the same time whatever the answer. */
  boolean hasHash(byte[] hash) {
    return MessageDigest.isEqual(HexFormat.of().parseHex(sha256), hash);
  }

  boolean isGood() {
    return revoked.isEmpty();
  }

  ApiKey revokedAt(Instant when) {
    return new ApiKey(id, tenant, roles, sha256, created, Optional.of(revoked.orElse(when)));
  }

  static byte[] hash(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void requireName(String what, String name) {
    require(
        NAME.matcher(name).matches(),
        "%s is 1 to 64 of a-z, 0-9, dot, dash and underscore, not '%s'".formatted(what, name));
  }

  private static void require(boolean kept, String rule) {
    if (!kept) {
      throw new IllegalArgumentException(rule);
    }
  }
}
