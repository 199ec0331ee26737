package dev.kvasir.admin.rest;

import dev.kvasir.block.BlockKey;
import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.JsonBody;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A request.
 *
 * @param path the parts of the path that are named in its template
 * @param query each parameter once
 * @param body as it came
 * @param caller name of the key that was shown
 */
public record Call(
    Map<String, String> path, Map<String, String> query, byte[] body, String caller) {

  /** A named part of the path. */
  String part(String name) {
    return path.getOrDefault(name, "");
  }

  /** The block hash in the path. */
  BlockKey hash() {
    return hash(part("hash"), "hash");
  }

  static BlockKey hash(String text, String param) {
    if (!text.matches("[0-9a-f]{64}")) {
      throw ApiException.badField(param, param + " must be a block's hash: 64 hex digits");
    }
    return BlockKey.parse(text);
  }

  /** Refuses parameters that are not among these. */
  Call only(String... allowed) {
    Set<String> unknown = new TreeSet<>(query.keySet());
    unknown.removeAll(Set.of(allowed));
    if (!unknown.isEmpty()) {
      String name = unknown.iterator().next();
      throw ApiException.badRequest(
          "unknown_parameter",
          name,
          allowed.length == 0
              ? "this path takes no parameters: leave them out"
              : "unknown parameter: this path takes " + String.join(", ", allowed));
    }
    return this;
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
  }

  /** A whole number from 1 to {@code most}. */
  int limit(int usual, int most) {
    String given = query.get("limit");
    if (given == null) {
      return usual;
    }
    if (!given.matches("[0-9]{1,9}")
        || Integer.parseInt(given) < 1
        || Integer.parseInt(given) > most) {
      throw ApiException.badField("limit", "limit must be a number from 1 to " + most);
    }
    return Integer.parseInt(given);
  }

  Fields fields() {
    return JsonBody.parse(body);
  }

  static ApiException notFound(String sentence) {
    return new ApiException(ApiError.invalid(404, "not_found", sentence));
  }

  static ApiException conflict(String sentence) {
    return new ApiException(ApiError.invalid(409, "conflict", sentence));
  }
}
