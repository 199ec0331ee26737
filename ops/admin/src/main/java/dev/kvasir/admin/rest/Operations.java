package dev.kvasir.admin.rest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.admin.AdminParts;
import dev.kvasir.admin.AuditLog;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.FieldRules;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** {@code /audit}, {@code /loggers}, {@code /configuration} and {@code /openapi.json}. */
final class Operations {
  private static final FieldRules FIELDS = FieldRules.of("level");
  private static final Set<String> LEVELS =
      Set.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF");
  private static final String LOGGER = "ROOT|[A-Za-z_$][\\w$]*(\\.[A-Za-z_$][\\w$]*){0,20}";
  private static final int MAX_LOGGERS = 250;
  private static final int USUAL = 100;
  private static final int MOST = 1_000;
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private final AdminParts parts;
  private final ObjectNode document = document();

  Operations(AdminParts parts) {
    this.parts = parts;
  }

  private static ObjectNode document() {
    try (InputStream in =
        Objects.requireNonNull(
            AdminParts.class.getResourceAsStream("openapi.json"), "the document is missing")) {
      return (ObjectNode) MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Reply audit(Call call) {
    call.only("limit", "cursor");
    int limit = call.limit(USUAL, MOST);
    List<AuditLog.Entry> entries = parts.audit().list(call.text("cursor"), limit);
    ObjectNode answer = Json.object();
    ArrayNode data = answer.putArray("data");
    entries.forEach(entry ->
        data.addObject()
            .put("id", entry.id())
            .put("at", Instant.ofEpochMilli(entry.atMillis()).toString())
            .put("by", entry.by())
            .put("action", entry.action())
            .put("target", entry.target())
            .put("outcome", entry.outcome()));
    return Reply.ok(
        answer.put("next_cursor", entries.size() == limit ? entries.getLast().id() : null));
  }

  Reply loggers(Call call) {
    call.only();
    ObjectNode answer = Json.object();
    ArrayNode data = answer.putArray("data");
    new TreeMap<>(parts.logLevels().levels())
        .forEach((name, level) -> data.addObject().put("name", name).put("level", level));
    return Reply.ok(answer);
  }

  Reply setLogger(Call call) {
    String name = call.only().part("name");
    if (name.length() > 200 || !name.matches(LOGGER)) {
      throw ApiException.badField(
          "name", "name must be ROOT or a logger's name such as dev.kvasir.store");
    }
    Fields fields = call.fields();
    FIELDS.check(fields);
    String level = fields.require("level").asText();
    if (!LEVELS.contains(level)) {
      throw ApiException.badField("level", "level must be TRACE, DEBUG, INFO, WARN, ERROR or OFF");
    }
    Set<String> known = parts.logLevels().levels().keySet();
    if (known.size() >= MAX_LOGGERS && !known.contains(name)) {
      throw Call.conflict(
          "%d loggers have a level of their own: change one of them".formatted(MAX_LOGGERS));
    }
    parts.logLevels().set(name, level);
    parts.audit().write(call.caller(), "loggers.set", name, level);
    return Reply.ok(Json.object().put("name", name).put("level", level));
  }

  Reply configuration(Call call) {
    call.only();
    return Reply.ok(parts.configuration());
  }

  Reply openapi(Call call) {
    call.only();
    return Reply.ok(document);
  }
}
