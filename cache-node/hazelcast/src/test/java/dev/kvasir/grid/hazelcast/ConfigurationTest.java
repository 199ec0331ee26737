package dev.kvasir.grid.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.spi.merge.LatestUpdateMergePolicy;
import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.join.Membership;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What Hazelcast is told; discovery through Kubernetes can't be tried here, only this. */
class ConfigurationTest {
  private static final Discovery KUBERNETES = new Discovery.Kubernetes("rag", "kvasir-grid");

  private final HazelcastSettings settings = TestMembers.member("a", 5701, 5702);

  @Test
  void member_defaults_listensOnItsAddressAndAsksItsListOnly() {
    Config config = new MemberConfiguration(settings).build("127.0.0.1", 5701);
    JoinConfig join = config.getNetworkConfig().getJoin();
    assertThat(join.getTcpIpConfig().isEnabled()).isTrue();
    assertThat(join.getTcpIpConfig().getMembers())
        .containsExactly("127.0.0.1:5702", "127.0.0.1:5701");
    assertThat(join.getMulticastConfig().isEnabled()).isFalse();
    assertThat(join.getKubernetesConfig().isEnabled()).isFalse();
    assertThat(join.isAutoDetectionEnabled()).isFalse();
    assertThat(config.getNetworkConfig().getInterfaces().getInterfaces())
        .containsExactly("127.0.0.1");
    assertThat(config.getNetworkConfig().isPortAutoIncrement()).isFalse();
    assertThat(config.getProperties())
        .containsEntry("hazelcast.phone.home.enabled", "false")
        .containsEntry("hazelcast.shutdownhook.enabled", "false")
        .containsEntry("hazelcast.socket.bind.any", "false")
        .containsEntry("hazelcast.socket.receive.buffer.size", "1024")
        .containsEntry("hazelcast.partition.count", "31");
    assertThat(config.isLiteMember()).isFalse();
  }

  @Test
  void member_maps_areBinaryWithBackupsAndABound() {
    Config config = new MemberConfiguration(settings).build("127.0.0.1", 5701);
    MapConfig records = config.getMapConfig(HazelcastTables.RECORDS);
    assertThat(records.getInMemoryFormat()).isEqualTo(InMemoryFormat.BINARY);
    assertThat(records.getBackupCount()).isEqualTo(1);
    assertThat(records.getEvictionConfig().getSize()).isEqualTo(256);
    assertThat(config.getMapConfig(HazelcastTables.ENTRIES).getEvictionConfig().getSize())
        .isEqualTo(64);
  }

  @Test
  void member_sharedMaps_haveTwoBackupsAndTheHigherTombstoneStaysAfterASplit() {
    Config config = new MemberConfiguration(settings).build("127.0.0.1", 5701);
    MapConfig leases = config.findMapConfig("kvasir-map-leases");
    assertThat(leases.getBackupCount()).isEqualTo(2);
    assertThat(leases.getInMemoryFormat()).isEqualTo(InMemoryFormat.BINARY);
    assertThat(leases.isReadBackupData()).isFalse();
    assertThat(leases.getMergePolicyConfig().getPolicy())
        .isEqualTo(LatestUpdateMergePolicy.class.getName());
    MapConfig tombstones = config.findMapConfig("kvasir-map-tombstones");
    assertThat(tombstones.getBackupCount()).isEqualTo(2);
    assertThat(tombstones.getMergePolicyConfig().getPolicy())
        .isEqualTo(HigherNumberWins.class.getName());
  }

  @Test
  void member_kubernetes_asksTheServiceOnly() {
    Config config =
        new MemberConfiguration(settings.withMembership(Membership.member(KUBERNETES)))
            .build("10.0.0.1", 5701);
    JoinConfig join = config.getNetworkConfig().getJoin();
    assertThat(join.getKubernetesConfig().isEnabled()).isTrue();
    assertThat(join.getKubernetesConfig().getProperties())
        .isEqualTo(
            Map.of("namespace", "rag", "service-name", "kvasir-grid", "service-port", "5701"));
    assertThat(join.getTcpIpConfig().isEnabled()).isFalse();
    assertThat(join.getMulticastConfig().isEnabled()).isFalse();
  }

  @Test
  void member_multicast_listensToItsGroupOnly() {
    Discovery multicast = new Discovery.Multicast("224.2.2.9", 54399);
    Config config =
        new MemberConfiguration(settings.withMembership(Membership.member(multicast)))
            .build("10.0.0.1", 5701);
    JoinConfig join = config.getNetworkConfig().getJoin();
    assertThat(join.getMulticastConfig().isEnabled()).isTrue();
    assertThat(join.getMulticastConfig().getMulticastGroup()).isEqualTo("224.2.2.9");
    assertThat(join.getMulticastConfig().getMulticastPort()).isEqualTo(54399);
    assertThat(join.getTcpIpConfig().isEnabled()).isFalse();
  }

  @Test
  void member_lite_carriesItsAttributes() {
    Membership lite =
        new Membership(
            GridRole.LITE,
            Discovery.Static.of("h:5701"),
            Map.of("role", "decode"),
            Duration.ofSeconds(1));
    Config config = new MemberConfiguration(settings.withMembership(lite)).build("127.0.0.1", 5701);
    assertThat(config.isLiteMember()).isTrue();
    assertThat(config.getMemberAttributeConfig().getAttributes())
        .isEqualTo(Map.of("role", "decode", "kvasir.member", "a"));
  }

  @Test
  void client_static_asksTheSeedsAndIsLabelled() {
    Membership client =
        new Membership(
            GridRole.CLIENT,
            Discovery.Static.of("h:5701", "i:5701"),
            Map.of("role", "decode"),
            Duration.ofSeconds(1));
    ClientConfig config = new ClientConfiguration(settings.withMembership(client)).build();
    assertThat(config.getNetworkConfig().getAddresses()).containsExactly("h:5701", "i:5701");
    assertThat(config.getNetworkConfig().getSocketOptions().getBufferSize()).isEqualTo(1024);
    assertThat(config.getNetworkConfig().getKubernetesConfig().isEnabled()).isFalse();
    assertThat(config.getClusterName()).isEqualTo("test-5702");
    assertThat(config.getLabels()).containsExactly("role=decode");
  }

  @Test
  void client_kubernetes_asksTheService() {
    ClientConfig config =
        new ClientConfiguration(settings.withMembership(Membership.of(GridRole.CLIENT, KUBERNETES)))
            .build();
    assertThat(config.getNetworkConfig().getKubernetesConfig().getProperties())
        .isEqualTo(
            Map.of("namespace", "rag", "service-name", "kvasir-grid", "service-port", "5701"));
  }
}
