package dev.kvasir.cli;

import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.config.Secret;
import dev.kvasir.http.client.PemTls;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which running server a command talks to. */
final class ServerFlags {
  @Mixin private ConfigFlags config = new ConfigFlags();

  @Option(
      names = "--url",
      description = "The server (client.url, http://127.0.0.1:8080); its key is client.key.")
  private @Nullable String url;

  /**
   * A client of it; the caller closes it.
   *
   * @throws UserError if the configuration is wrong
   */
  ApiClient client() {
    KvasirConfig read = config.read(ConfigFlags.named("--url", "client.url", url)).value();
    return client(read, read.client().url());
  }

  /**
   * A client of the server at that address with the key and the authorities of a configuration; the
   * caller closes it.
   *
   * @throws UserError if the configuration is wrong
   */
  static ApiClient client(KvasirConfig read, String url) {
    try {
      return new ApiClient(
          URI.create(url),
          read.client().key().map(Secret::reveal),
          read.security().tls().authorities().map(PemTls::trusting));
    } catch (IllegalArgumentException e) {
      throw new UserError(e);
    }
  }
}
