package dev.kvasir.config;

import java.nio.file.Path;
import java.util.Optional;

/** Where the admin process serves its API. */
public record AdminConfig(
    @About("address to listen on") String host,
    @About("port to listen on, 0 for any free one") int port,
    @About(
            "the only folder whose corpora warm-ups may read that are made through the API; none: such warm-ups are refused")
        Optional<Path> corpora) {
  public AdminConfig {
    Require.text("host", host);
    Require.port("port", port);
  }

  public static AdminConfig defaults() {
    return new AdminConfig("127.0.0.1", 8_090, Optional.empty());
  }
}
