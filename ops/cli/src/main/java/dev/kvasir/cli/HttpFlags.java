package dev.kvasir.cli;

import dev.kvasir.config.ConfigSource.Flag;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command listens. */
final class HttpFlags {
  @Option(names = "--host", description = "Address to listen on (http.host, 127.0.0.1).")
  private @Nullable String host;

  @Option(
      names = "--port",
      description = "Port to listen on, 0 for any free one (http.port, 8080).")
  private @Nullable Integer port;

  Stream<Flag> given() {
    return Stream.concat(
        ConfigFlags.named("--host", "http.host", host),
        ConfigFlags.named("--port", "http.port", port));
  }
}
