package dev.kvasir.store.grid.join;

import java.util.List;

/** How the processes of a grid find each other. */
public sealed interface Discovery {

  /**
   * By a list.
   *
   * @param seeds {@code host:port} of members of the grid, a member's own not needed
   */
  record Static(List<String> seeds) implements Discovery {
    public Static {
      seeds = List.copyOf(seeds);
      for (String seed : seeds) {
        if (!seed.matches("(\\S+):\\d{1,5}")) {
          throw new IllegalArgumentException(
              "seeds must be host:port, such as 10.0.0.1:5701: \"%s\"".formatted(seed));
        }
      }
    }

    public static Static of(String... seeds) {
      return new Static(List.of(seeds));
    }
  }

  /**
   * By asking Kubernetes for the pods behind a service; needs a service account that may read
   * endpoints.
   *
   * @param service name of the (headless) service in front of the members
   */
  record Kubernetes(String namespace, String service) implements Discovery {
    public Kubernetes {
      name("kubernetes-namespace", namespace);
      name("kubernetes-service", service);
    }

    private static void name(String what, String value) {
      if (!value.matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")) {
        throw new IllegalArgumentException(
            "%s must be a DNS label (a-z, 0-9, -): \"%s\"".formatted(what, value));
      }
    }
  }

  /**
   * By multicast in the local network: whoever is in it can join.
   *
   * @param group an address in 224.0.0.0/4
   */
  record Multicast(String group, int port) implements Discovery {
    public Multicast {
      if (!group.matches("(22[4-9]|23\\d)(\\.\\d{1,3}){3}")) {
        throw new IllegalArgumentException(
            "multicast-group must be in 224.0.0.0/4: \"%s\"".formatted(group));
      }
      if (port < 1024 || port > 65535) {
        throw new IllegalArgumentException(
            "multicast-port must be in [1024, 65535]: \"%d\"".formatted(port));
      }
    }
  }
}
