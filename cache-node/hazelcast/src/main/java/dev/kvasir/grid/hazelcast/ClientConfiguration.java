package dev.kvasir.grid.hazelcast;

import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.client.config.ClientConnectionStrategyConfig.ReconnectMode;
import com.hazelcast.client.config.ClientNetworkConfig;
import com.hazelcast.client.config.SocketOptions;
import com.hazelcast.spi.properties.ClusterProperty;
import dev.kvasir.store.grid.join.Discovery;

/**
 * Turns settings into a client's configuration. A client that has lost its grid tries to find it
 * again without end, and meanwhile refuses calls at once. Direct buffers spare a copy of all that
 * goes through a socket.
 */
final class ClientConfiguration {
  private static final int SOCKET_BUFFER_KIB = 1024;
  private static final int LONGEST_PAUSE_MILLIS = 1_000;

  private final HazelcastSettings settings;

  ClientConfiguration(HazelcastSettings settings) {
    this.settings = settings;
  }

  ClientConfig build() {
    ClientConfig config =
        new ClientConfig()
            .setInstanceName(settings.instanceName())
            .setClusterName(settings.clusterName())
            .setSerializationConfig(Serialization.config())
            .setNetworkConfig(network())
            .setProperty(ClusterProperty.LOGGING_TYPE.getName(), "slf4j")
            .setProperty(ClusterProperty.SOCKET_CLIENT_BUFFER_DIRECT.getName(), "true");
    settings
        .membership()
        .attributes()
        .forEach((name, value) -> config.addLabel(name + "=" + value));
    config.getMetricsConfig().setEnabled(false);
    config
        .getConnectionStrategyConfig()
        .setAsyncStart(true)
        .setReconnectMode(ReconnectMode.ASYNC)
        .getConnectionRetryConfig()
        .setInitialBackoffMillis(LONGEST_PAUSE_MILLIS / 10)
        .setMaxBackoffMillis(LONGEST_PAUSE_MILLIS);
    return config;
  }

  private ClientNetworkConfig network() {
    ClientNetworkConfig network =
        new ClientNetworkConfig()
            .setSocketOptions(new SocketOptions().setBufferSize(SOCKET_BUFFER_KIB));
    network.getAutoDetectionConfig().setEnabled(false);
    switch (settings.membership().discovery()) {
      case Discovery.Static(var seeds) -> network.setAddresses(seeds);
      case Discovery.Kubernetes kubernetes ->
          KubernetesPods.find(network.getKubernetesConfig(), kubernetes, settings.port());
      case Discovery.Multicast multicast ->
          throw new IllegalArgumentException("settings refuse a client's " + multicast);
    }
    return network;
  }
}
