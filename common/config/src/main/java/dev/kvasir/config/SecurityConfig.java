package dev.kvasir.config;

import java.nio.file.Path;
import java.util.Optional;

/** Who may call this process, and how what it sends and receives is protected. */
public record SecurityConfig(
    @About(
            "file of the keys that callers show (kvasir keys create makes one); none: only this machine may call, without a key")
        Optional<Path> keysFile,
    @About(
            "what the processes of a cluster show each other, the same in all of them, 16 characters or more; needed where prefill.listen is reached from other machines")
        Optional<Secret> clusterSecret,
    Tls tls) {
  private static final int SECRET_CHARS = 16;

  /** TLS of every HTTP port. */
  public record Tls(
      @About("PEM file of this process's certificate and those up to the authority; none: no TLS")
          Optional<Path> certificate,
      @About("PEM file of the certificate's private key (PKCS 8)") Optional<Path> key,
      @About(
              "PEM file of the authorities that other workers' certificates come from; none: those that Java knows")
          Optional<Path> authorities) {
    public Tls {
      Require.that(
          certificate.isPresent() == key.isPresent(),
          certificate.isPresent() ? "key" : "certificate",
          "must be set, too: TLS needs certificate and key");
    }
  }

  public SecurityConfig {
    Require.that(
        clusterSecret.map(secret -> secret.reveal().length() >= SECRET_CHARS).orElse(true),
        "cluster_secret",
        "must have at least %d characters: make one as with openssl rand -hex 32"
            .formatted(SECRET_CHARS));
  }

  public static SecurityConfig defaults() {
    return new SecurityConfig(
        Optional.empty(),
        Optional.empty(),
        new Tls(Optional.empty(), Optional.empty(), Optional.empty()));
  }
}
