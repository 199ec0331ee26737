package dev.kvasir.http.access;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a key is good for. */
public enum Role {
  /** Prompts and blocks of the key's own tenant. */
  DATA,
  /** Operating the cluster: its blocks, jobs, tenants and metrics. */
  ADMIN,
  /** Being another process of the cluster. */
  CLUSTER;

  /** As it is written. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role written like this, if there is one. */
  public static Optional<Role> of(String word) {
    return Stream.of(values()).filter(role -> role.word().equals(word)).findFirst();
  }
}
