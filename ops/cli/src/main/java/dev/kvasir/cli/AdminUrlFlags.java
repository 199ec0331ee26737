package dev.kvasir.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.cli.api.AdminClient;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.config.Secret;
import dev.kvasir.http.client.PemTls;
import java.net.URI;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
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
      description = "Key with the role admin, where one is wanted (client.key).")
  private @Nullable String key;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private ConfigFlags config = new ConfigFlags();

  void ask(Consumer<AdminClient> use) {
    KvasirConfig read = config.read(ConfigFlags.named("--key", "client.key", key)).value();
    try (AdminClient client = client(url, read)) {
      use.accept(client);
    }
  }

  /**
   * A client of the process at that address, with the configuration's key and authorities.
   *
   * @throws UserError if the authorities cannot be read
   */
  static AdminClient client(URI url, KvasirConfig config) {
    try {
      return new AdminClient(
          url,
          config.client().key().map(Secret::reveal),
          config.security().tls().authorities().map(PemTls::trusting));
    } catch (IllegalArgumentException e) {
      throw new UserError(e);
    }
  }

  /** Prints the answer. */
  void print(JsonNode answer, Function<JsonNode, String> text) {
    System.out.print(json ? answer.toPrettyString() + "\n" : text.apply(answer));
  }
}
