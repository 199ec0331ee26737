package dev.kvasir.grid.ignite;

import dev.kvasir.store.grid.join.Discovery;
import java.util.ArrayList;
import java.util.List;
import org.apache.ignite.kubernetes.configuration.KubernetesConnectionConfiguration;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.TcpDiscoveryIpFinder;
import org.apache.ignite.spi.discovery.tcp.ipfinder.kubernetes.TcpDiscoveryKubernetesIpFinder;
import org.apache.ignite.spi.discovery.tcp.ipfinder.multicast.TcpDiscoveryMulticastIpFinder;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;

/** Turns a node's settings into how it finds the others. */
final class NodeDiscovery {
  private final IgniteSettings settings;

  NodeDiscovery(IgniteSettings settings) {
    this.settings = settings;
  }

  /**
   * @param port where the node listens, if it holds blocks; a client node listens nowhere for this
   */
  TcpDiscoverySpi build(int port) {
    return new TcpDiscoverySpi().setLocalPort(port).setLocalPortRange(0).setIpFinder(finder(port));
  }

  private TcpDiscoveryIpFinder finder(int port) {
    return switch (settings.membership().discovery()) {
      case Discovery.Static(var seeds) -> listed(seeds, port);
      case Discovery.Kubernetes kubernetes -> new TcpDiscoveryKubernetesIpFinder(pods(kubernetes));
      case Discovery.Multicast(var group, var multicastPort) ->
          new TcpDiscoveryMulticastIpFinder()
              .setMulticastGroup(group)
              .setMulticastPort(multicastPort)
              .setLocalAddress(settings.bindAddress());
    };
  }

  KubernetesConnectionConfiguration pods(Discovery.Kubernetes wanted) {
    return new KubernetesConnectionConfiguration()
        .setNamespace(wanted.namespace())
        .setServiceName(wanted.service())
        .setDiscoveryPort(settings.discoveryPort());
  }

  private TcpDiscoveryIpFinder listed(List<String> seeds, int port) {
    List<String> addresses = new ArrayList<>(seeds);
    if (settings.holdsBlocks()) {
      addresses.add(settings.bindAddress() + ":" + port);
    }
    return new TcpDiscoveryVmIpFinder().setAddresses(addresses);
  }
}
