package dev.kvasir.http.access;

import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.error.ApiException;
import java.util.Set;

/**
 * Who sent a request, as its key says.
 *
 * @param id name of the key, for logs and audits
 * @param tenant whose blocks the caller sees; no request can name another one
 */
public record Caller(String id, String tenant, Set<Role> roles) {
  public Caller {
    roles = Set.copyOf(roles);
  }

  /**
   * Refuses a caller who has none of these roles.
   *
   * @throws ApiException (403) naming what is missing
   */
  public void requireAny(Set<Role> wanted) {
    if (wanted.stream().noneMatch(roles::contains)) {
      throw new ApiException(
          ApiError.invalid(
              403,
              "insufficient_role",
              "the key '%s' may not do this: it has the role %s and needs %s"
                  .formatted(id, words(roles, " and "), words(wanted, " or "))));
    }
  }

  private static String words(Set<Role> roles, String between) {
    return String.join(between, roles.stream().map(Role::word).sorted().toList());
  }
}
