package dev.kvasir.http.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A key as a line of JSON. */
final class KeyLine {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private KeyLine() {}

  static String of(ApiKey key) {
    ObjectNode line = JSON.createObjectNode().put("id", key.id()).put("tenant", key.tenant());
    ArrayNode roles = line.putArray("roles");
    key.roles().stream().map(Role::word).sorted().forEach(roles::add);
    line.put("sha256", key.sha256())
        .put("created", key.created().toString())
        .put("revoked", key.revoked().map(Instant::toString).orElse(null));
    return line.toString();
  }

  /**
   * Reads a line back.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  static ApiKey parse(String text) {
    try {
      JsonNode line = JSON.readTree(text);
      String revoked = line.path("revoked").asText("");
      return new ApiKey(
          line.path("id").asText(),
          line.path("tenant").asText(),
          roles(line.path("roles")),
          line.path("sha256").asText(),
          Instant.parse(line.path("created").asText()),
          line.path("revoked").isTextual()
              ? Optional.of(Instant.parse(revoked))
              : Optional.empty());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is no JSON object", e);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("created and revoked are times as in ISO 8601", e);
    }
  }

  private static Set<Role> roles(JsonNode words) {
    Set<Role> roles = new HashSet<>();
    for (JsonNode word : words) {
      roles.add(
          Role.of(word.asText())
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "a role is data, admin or cluster, not '%s'".formatted(word.asText()))));
    }
    return roles;
  }
}
