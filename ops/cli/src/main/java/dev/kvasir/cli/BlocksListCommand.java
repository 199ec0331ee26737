package dev.kvasir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.cli.console.TextTable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kvasir blocks list}. */
@Command(
    name = "list",
    description = "Shows a page of blocks in order of their hashes.",
    mixinStandardHelpOptions = true)
final class BlocksListCommand implements Runnable {
  @Option(names = "--model", paramLabel = "FINGERPRINT", description = "Of this model.")
  private @Nullable String model;

  @Option(names = "--tenant", paramLabel = "NAME", description = "Of this tenant.")
  private @Nullable String tenant;

  @Option(names = "--collection", paramLabel = "NAME", description = "From this collection.")
  private @Nullable String collection;

  @Option(names = "--document", paramLabel = "ID", description = "From this document.")
  private @Nullable String document;

  @Option(names = "--tier", description = "In memory, or on disk only.")
  private @Nullable String tier;

  @Option(names = "--limit", description = "How many (default: ${DEFAULT-VALUE}).")
  private int limit = 50;

  @Option(names = "--cursor", paramLabel = "HASH", description = "Those after this one.")
  private @Nullable String cursor;

  @Mixin private AdminUrlFlags admin = new AdminUrlFlags();

  @Override
  public void run() {
    Map<String, @Nullable Object> query = new LinkedHashMap<>();
    query.put("model", model);
    query.put("tenant", tenant);
    query.put("collection", collection);
    query.put("document", document);
    query.put("tier", tier);
    query.put("limit", limit);
    query.put("cursor", cursor);
    String text =
        query.entrySet().stream()
            .filter(entry -> entry.getValue() != null)
            .map(entry ->
                entry.getKey()
                    + "="
                    + URLEncoder.encode(String.valueOf(entry.getValue()), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    admin.ask(client -> admin.print(client.get("/blocks?" + text), BlocksListCommand::table));
  }

  private static String table(JsonNode page) {
    TextTable table = TextTable.of("hash", "scope", "tier", "bytes>", "documents", "stored");
    page.path("data")
        .forEach(block ->
            table.row(
                block.path("hash").asText(),
                block.path("scope").asText(),
                block.path("tier").asText(),
                block.path("bytes").asLong(),
                documents(block.path("documents")),
                block.path("stored_at").asText()));
    JsonNode next = page.path("next_cursor");
    return next.isTextual()
        ? "%smore: --cursor %s%n".formatted(table, next.asText())
        : table.toString();
  }

  private static String documents(JsonNode documents) {
    StringBuilder text = new StringBuilder();
    documents.forEach(ref ->
        text.append(text.isEmpty() ? "" : " ")
            .append(ref.path("collection").asText("-"))
            .append('/')
            .append(ref.path("document").asText("-")));
    return TextTable.shorten(text.toString(), 40);
  }
}
