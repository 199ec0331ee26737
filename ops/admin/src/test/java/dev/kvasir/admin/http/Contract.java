package dev.kvasir.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.admin.AdminParts;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** The OpenAPI document, to be held against what the server answers. */
final class Contract {
  private static final String BASE = "/admin/v1";

  private final JsonObject document;

  Contract() {
    try (InputStream in =
        Objects.requireNonNull(AdminParts.class.getResourceAsStream("openapi.json"))) {
      document = new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every documented operation, as {@code GET /admin/v1/nodes}. */
  Set<String> operations() {
    Set<String> all = new TreeSet<>();
    JsonObject paths = document.getJsonObject("paths");
    paths
        .fieldNames()
        .forEach(path ->
            paths
                .getJsonObject(path)
                .fieldNames()
                .forEach(method -> all.add(method.toUpperCase(Locale.ROOT) + " " + BASE + path)));
    return all;
  }

  /** Fails unless the document allows this answer of the operation. */
  void check(String method, String template, int status, String body) {
    JsonObject operation =
        document
            .getJsonObject("paths")
            .getJsonObject(template)
            .getJsonObject(method.toLowerCase(Locale.ROOT));
    JsonObject response = operation.getJsonObject("responses").getJsonObject("" + status);
    assertThat(response).as("%s %s may answer %d: %s", method, template, status, body).isNotNull();
    JsonObject schema =
        response
            .getJsonObject("content")
            .getJsonObject("application/json")
            .getJsonObject("schema")
            .copy()
            .put("components", document.getJsonObject("components"));
    JsonSchemaOptions options =
        new JsonSchemaOptions()
            .setBaseUri("app://kvasir")
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic);
    OutputUnit result =
        Validator.create(JsonSchema.of(schema), options).validate(new JsonObject(body));
    assertThat(result.getValid())
        .as("%s %s: %s does not fit: %s", method, template, body, result.toJson())
        .isTrue();
  }
}
