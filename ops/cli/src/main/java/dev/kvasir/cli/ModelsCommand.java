package dev.kvasir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.console.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kvasir models}. */
@Command(
    name = "models",
    description = "The model of a running server, and whether blocks may be used with it.",
    mixinStandardHelpOptions = true)
final class ModelsCommand implements Runnable {
  @Mixin private ServerFlags server = new ServerFlags();

  @Override
  public void run() {
    TextTable table = TextTable.of("model", "context>", "blocks", "stopped collections>", "why");
    try (ApiClient client = server.client()) {
      for (JsonNode model : client.models()) {
        JsonNode attention = model.path("block_attention");
        table.row(
            model.path("id").asText(),
            model.path("max_model_len").asInt(),
            attention.path("state").asText("unknown"),
            attention.path("stopped_collections").asInt(),
            attention.path("reason").asText(""));
      }
    }
    System.out.print(table);
  }
}
