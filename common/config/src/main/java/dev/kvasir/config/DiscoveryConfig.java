package dev.kvasir.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** How the nodes of a grid find each other; only the part that {@code kind} names is used. */
public record DiscoveryConfig(
    @About("static, kubernetes or multicast") Kind kind,
    @About("static: discovery addresses of the grid, host:port; this node's own is not needed")
        List<HostPort> seeds,
    KubernetesConfig kubernetes,
    MulticastConfig multicast) {

  /** Who knows the other nodes. */
  public enum Kind {
    /** The configuration. */
    STATIC,
    /** The endpoints of a Kubernetes service. */
    KUBERNETES,
    /** The network. */
    MULTICAST;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A service whose endpoints are the grid's nodes. */
  public record KubernetesConfig(
      @About("kubernetes: namespace of the service") String namespace,
      @About("kubernetes: headless service whose endpoints are the grid's nodes") String service) {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public KubernetesConfig {
      label("namespace", namespace);
      label("service", service);
    }

    private static void label(String key, String value) {
      Require.that(
          LABEL.matcher(value).matches(),
          key,
          "must be a Kubernetes name (1 to 63 of a-z, 0-9 and hyphen), not '%s'".formatted(value));
    }
  }

  /** A group that the grid's nodes listen on. */
  public record MulticastConfig(
      @About("multicast: IPv4 group address, 224.0.0.0 to 239.255.255.255") String group,
      @About("multicast: port of the group, 1024 to 65535") int port) {
    private static final Pattern GROUP =
        Pattern.compile("(22[4-9]|23\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");

    public MulticastConfig {
      Require.that(
          GROUP.matcher(group).matches(),
          "group",
          "must be an address from 224.0.0.0 to 239.255.255.255, not '%s'".formatted(group));
      Require.range("port", port, 1_024, 65_535);
    }
  }

  public DiscoveryConfig {
    seeds = List.copyOf(seeds);
  }

  public static DiscoveryConfig defaults() {
    return new DiscoveryConfig(
        Kind.STATIC,
        List.of(),
        new KubernetesConfig("default", "kvasir-grid"),
        new MulticastConfig("228.1.2.4", 47_400));
  }
}
