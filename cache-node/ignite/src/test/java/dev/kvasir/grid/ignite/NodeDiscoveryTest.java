package dev.kvasir.grid.ignite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.join.Membership;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.kubernetes.configuration.KubernetesConnectionConfiguration;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.apache.ignite.spi.discovery.tcp.ipfinder.kubernetes.TcpDiscoveryKubernetesIpFinder;
import org.apache.ignite.spi.discovery.tcp.ipfinder.multicast.TcpDiscoveryMulticastIpFinder;
import org.apache.ignite.spi.discovery.tcp.ipfinder.vm.TcpDiscoveryVmIpFinder;
import org.junit.jupiter.api.Test;

/** What Ignite is told; discovery through Kubernetes can't be tried here, only this. */
class NodeDiscoveryTest {
  private static final Discovery.Kubernetes KUBERNETES =
      new Discovery.Kubernetes("rag", "kvasir-grid");

  private final IgniteSettings settings = TestNodes.settings("a", 5701, 5702);

  @Test
  void build_static_asksTheSeedsAndItself() {
    TcpDiscoverySpi spi = new NodeDiscovery(settings).build(5701);
    assertThat(spi.getIpFinder()).isExactlyInstanceOf(TcpDiscoveryVmIpFinder.class);
    assertThat(spi.getIpFinder().getRegisteredAddresses())
        .extracting(InetSocketAddress::getPort)
        .containsExactlyInAnyOrder(5702, 5701);
  }

  @Test
  void build_staticClient_asksTheSeedsOnly() {
    Membership client = Membership.of(GridRole.CLIENT, Discovery.Static.of("127.0.0.1:5702"));
    TcpDiscoverySpi spi = new NodeDiscovery(settings.withMembership(client)).build(5701);
    assertThat(spi.getIpFinder().getRegisteredAddresses())
        .extracting(InetSocketAddress::getPort)
        .containsExactly(5702);
  }

  @Test
  void build_kubernetes_asksTheServiceForTheMembersPort() {
    NodeDiscovery discovery =
        new NodeDiscovery(settings.withMembership(Membership.member(KUBERNETES)));
    assertThat(discovery.build(5701).getIpFinder())
        .isInstanceOf(TcpDiscoveryKubernetesIpFinder.class);
    KubernetesConnectionConfiguration pods = discovery.pods(KUBERNETES);
    assertThat(pods.getNamespace()).isEqualTo("rag");
    assertThat(pods.getServiceName()).isEqualTo("kvasir-grid");
    assertThat(pods.getDiscoveryPort()).isEqualTo(5701);
  }

  @Test
  void settings_kubernetesWithoutPort_areRefused() {
    IgniteSettings free = IgniteSettings.embedded();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> free.withMembership(Membership.member(KUBERNETES)))
        .withMessageContaining("discovery-port");
  }

  @Test
  void build_multicast_listensToItsGroup() {
    Discovery multicast = new Discovery.Multicast("224.2.2.9", 54399);
    TcpDiscoverySpi spi =
        new NodeDiscovery(settings.withMembership(Membership.member(multicast))).build(5701);
    assertThat(spi.getIpFinder())
        .isInstanceOfSatisfying(
            TcpDiscoveryMulticastIpFinder.class,
            finder -> {
              assertThat(finder.getMulticastGroup()).isEqualTo("224.2.2.9");
              assertThat(finder.getMulticastPort()).isEqualTo(54399);
              assertThat(finder.getLocalAddress()).isEqualTo("127.0.0.1");
            });
  }

  @Test
  void node_client_holdsNoCachesAndNoMemory() {
    Membership client = Membership.of(GridRole.LITE, Discovery.Static.of("127.0.0.1:5702"));
    IgniteConfiguration node =
        new NodeConfiguration(settings.withMembership(client), Optional.empty())
            .build(0, 5703, Path.of("work"));
    assertThat(node.isClientMode()).isTrue();
    assertThat(node.getCacheConfiguration()).isNullOrEmpty();
    assertThat(node.getDataStorageConfiguration()).isNull();
  }
}
