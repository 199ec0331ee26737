package dev.kvasir.config;

import java.util.Optional;

/** The server that commands such as ask and block export talk to. */
public record ClientConfig(
    @About("address of the server that commands talk to") String url,
    @About("key that they show it, where it wants one") Optional<Secret> key) {
  public ClientConfig {
    Require.that(
        url.startsWith("http://") || url.startsWith("https://"),
        "url",
        "must begin with http:// or https://, not '%s'".formatted(url));
  }

  public static ClientConfig defaults() {
    return new ClientConfig("http://127.0.0.1:8080", Optional.empty());
  }
}
