package dev.kvasir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.cli.console.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kvasir nodes}. */
@Command(
    name = "nodes",
    description = "Shows every process of a running cluster.",
    mixinStandardHelpOptions = true)
final class NodesCommand implements Runnable {
  @Mixin private AdminUrlFlags admin = new AdminUrlFlags();

  @Override
  public void run() {
    admin.ask(client -> admin.print(client.get("/nodes"), NodesCommand::table));
  }

  private static String table(JsonNode nodes) {
    TextTable table = TextTable.of("node", "kind", "url", "answers", "blocks>", "MiB>", "waiting>");
    nodes
        .path("data")
        .forEach(node ->
            table.row(
                node.path("id").asText(),
                node.path("kind").asText(),
                node.path("url").asText(),
                node.path("answers").asBoolean() ? "yes" : "no",
                number(node.path("blocks"), 1),
                number(node.path("bytes"), 1 << 20),
                number(node.path("encode_waiting"), 1)));
    return table.toString();
  }

  private static String number(JsonNode value, int unit) {
    return value.isNumber() ? "%,d".formatted(value.asLong() / unit) : "-";
  }
}
