package dev.kvasir.http.access;

import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.error.ApiException;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who is let in: callers with a key of the file, processes of the cluster with its secret, and
 * where neither exists everybody, as one tenant. Thread-safe.
 */
public final class Access {
  private static final Pattern BEARER = Pattern.compile("(?i)Bearer +(\\S+) *");

  private final Optional<KeyRing> keys;
  private final Optional<byte[]> clusterHash;
  private final Caller anybody;

  private Access(Optional<KeyRing> keys, Optional<String> clusterSecret, String openTenant) {
    this.keys = keys;
    this.clusterHash = clusterSecret.map(ApiKey::hash);
    this.anybody = new Caller("none", openTenant, EnumSet.allOf(Role.class));
  }

  /**
   * Access by these keys and this secret.
   *
   * @param clusterSecret what processes of the cluster show each other
   * @param openTenant tenant of callers where there are no keys
   */
  public static Access of(
      Optional<KeyRing> keys, Optional<String> clusterSecret, String openTenant) {
    return new Access(keys, clusterSecret, openTenant);
  }

  /** Lets everybody in, as this tenant and with all roles. */
  public static Access open(String tenant) {
    return new Access(Optional.empty(), Optional.empty(), tenant);
  }

  /** Whether nobody gets this role without a key or the secret. */
  public boolean guards(Role role) {
    return keys.isPresent() || (role == Role.CLUSTER && clusterHash.isPresent());
  }

  /**
   * The caller that shows this {@code Authorization} header.
   *
   * @param roles one of them is needed
   * @throws ApiException (401) if no good key is shown, (403) if it has none of the roles
   */
  public Caller admit(@Nullable String authorization, Set<Role> roles) {
    if (roles.stream().noneMatch(this::guards)) {
      return anybody;
    }
    Matcher bearer = BEARER.matcher(authorization == null ? "" : authorization);
    if (!bearer.matches()) {
      throw unauthorized("this server wants a key: send the header Authorization: Bearer KEY");
    }
    Caller caller =
        caller(ApiKey.hash(bearer.group(1)))
            .orElseThrow(() ->
                unauthorized(
                    "the key is unknown or was revoked: ask the server's operator for another"));
    caller.requireAny(roles);
    return caller;
  }

  private Optional<Caller> caller(byte[] hash) {
    Optional<Caller> process =
        clusterHash
            .filter(secret -> MessageDigest.isEqual(secret, hash))
            .map(_ -> new Caller("cluster", anybody.tenant(), Set.of(Role.CLUSTER)));
    return process.or(() ->
        keys.flatMap(ring -> ring.find(hash))
            .map(key -> new Caller(key.id(), key.tenant(), key.roles())));
  }

  private static ApiException unauthorized(String sentence) {
    return new ApiException(ApiError.invalid(401, "invalid_api_key", sentence));
  }
}
