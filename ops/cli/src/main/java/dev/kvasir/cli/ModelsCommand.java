package dev.kvasir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.console.TextTable;
import java.net.URI;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kvasir models}. */
@Command(
    name = "models",
    description = "The model of a running server, and whether blocks may be used with it.",
    mixinStandardHelpOptions = true)
final class ModelsCommand implements Runnable {
  @Option(
      names = "--url",
      description = "The server (default: ${DEFAULT-VALUE}).",
      defaultValue = "http://127.0.0.1:8080")
  private URI url = URI.create("http://127.0.0.1:8080");

  @Override
  public void run() {
    TextTable table = TextTable.of("model", "context>", "blocks", "why");
    try (ApiClient client = new ApiClient(url)) {
      for (JsonNode model : client.models()) {
        JsonNode attention = model.path("block_attention");
        table.row(
            model.path("id").asText(),
            model.path("max_model_len").asInt(),
            attention.path("state").asText("unknown"),
            attention.path("reason").asText(""));
        for (Map.Entry<String, JsonNode> stopped :
            attention.path("stopped_collections").properties()) {
          table.row("  collection " + stopped.getKey(), "", "closed", stopped.getValue().asText());
        }
      }
    }
    System.out.print(table);
  }
}
