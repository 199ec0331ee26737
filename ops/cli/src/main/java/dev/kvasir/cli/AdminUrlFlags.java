package dev.kvasir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.cli.api.AdminClient;
import java.net.URI;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which admin process is asked, and how its answer is shown. */
final class AdminUrlFlags {
  @Option(
      names = "--url",
      description = "The admin process (default: ${DEFAULT-VALUE}).",
      defaultValue = "http://127.0.0.1:8090")
  private URI url = URI.create("http://127.0.0.1:8090");

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Key with the role admin, where one is wanted (by default KVASIR_KEY).",
      defaultValue = "${env:KVASIR_KEY}")
  private @Nullable String key;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  void ask(Consumer<AdminClient> use) {
    try (AdminClient client = new AdminClient(url, Optional.ofNullable(key))) {
      use.accept(client);
    }
  }

  /** Prints the answer. */
  void print(JsonNode answer, Function<JsonNode, String> text) {
    System.out.print(json ? answer.toPrettyString() + "\n" : text.apply(answer));
  }
}
