package dev.kvasir.grid.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.map.impl.eviction.MapClearExpiredRecordsTask;
import com.hazelcast.spi.merge.LatestUpdateMergePolicy;
import com.hazelcast.spi.properties.ClusterProperty;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionOn;
import dev.kvasir.store.delete.Tombstones;
import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.GridRole;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns settings into a member's configuration.
 *
 * <p>Values stay serialized (BINARY) and are read from their first copy. 1 MiB socket buffers carry
 * large values about one and a half times as fast as the defaults, direct ones spare a copy. A
 * member that is silent for 20 seconds is given up: shorter would lose members that a busy machine
 * holds up. A member that is closed hands its blocks over for at most 20 seconds.
 *
 * <p>Halves of a grid look for each other every 5 seconds, not after 5 minutes: when all that hold
 * data are restarted, the lite members are one half until then, and without blocks.
 *
 * <p>A map that is full evicts its own records, without regard to whole blocks: a net below the
 * eviction of blocks. Entries are small and have a bound of their own. Blocks can be read from
 * backups: only Hazelcast's blocking gets do that, which is what {@link HazelcastLocalBlocks}
 * wants.
 *
 * <p>In a part of the grid without a majority of the data members, where there is to be one, shared
 * maps are not written, so nothing is deleted there; and what is deleted in the majority is unknown
 * there, so tombstones are not read either, and with them no block of the grid.
 *
 * <p>Every member looks through all shared maps each second for entries whose time is over, so that
 * watchers are told of them whether anybody reads them or not.
 */
final class MemberConfiguration {
  private static final long MIB = 1024 * 1024;
  private static final String SOCKET_BUFFER_KIB = "1024";
  private static final String SECONDS_OF_SILENCE = "20";
  private static final String SECONDS_TO_HAND_OVER = "20";
  private static final String SECONDS_TO_MERGE = "5";
  private static final int SHARED_BACKUPS = 2;

  private final HazelcastSettings settings;

  MemberConfiguration(HazelcastSettings settings) {
    this.settings = settings;
  }

  /**
   * @param address of the network interface to listen on, as digits
   * @param port where to listen
   */
  Config build(String address, int port) {
    Config config =
        new Config(settings.instanceName())
            .setClusterName(settings.clusterName())
            .setLiteMember(settings.membership().role() == GridRole.LITE)
            .setSerializationConfig(Serialization.config())
            .setNetworkConfig(network(address, port))
            .addMapConfig(
                map(HazelcastTables.ENTRIES, Math.max(64 * MIB, settings.heapBytes() / 8)))
            .addMapConfig(map(HazelcastTables.RECORDS, settings.heapBytes()))
            .addMapConfig(
                shared("*", LatestUpdateMergePolicy.class, SplitBrainProtectionOn.WRITE)
                    .setPerEntryStatsEnabled(true))
            .addMapConfig(
                shared(Tombstones.MAP, HigherNumberWins.class, SplitBrainProtectionOn.READ_WRITE));
    if (asksForMajority()) {
      config
          .addSplitBrainProtectionConfig(majority(SplitBrainProtectionOn.WRITE))
          .addSplitBrainProtectionConfig(majority(SplitBrainProtectionOn.READ_WRITE));
    }
    config.getMetricsConfig().setEnabled(false);
    config
        .getMemberAttributeConfig()
        .setAttributes(settings.membership().attributes())
        .setAttribute(HazelcastMembers.NAME, settings.instanceName());
    setProperties(config);
    return config;
  }

  private boolean asksForMajority() {
    return settings.majority() > 1;
  }

  /** Hazelcast counts data members only, and wants no majority of one. */
  private SplitBrainProtectionConfig majority(SplitBrainProtectionOn what) {
    return new SplitBrainProtectionConfig(name(what), true, settings.majority()).setProtectOn(what);
  }

  /** Users see it: Hazelcast says that this has failed. */
  private static String name(SplitBrainProtectionOn what) {
    return "to see more than half of grid.data_nodes (start the missing ones), needed for "
        + what.name();
  }

  private void setProperties(Config config) {
    config
        .setProperty(ClusterProperty.LOGGING_TYPE.getName(), "slf4j")
        .setProperty(ClusterProperty.PHONE_HOME_ENABLED.getName(), "false")
        .setProperty(ClusterProperty.SHUTDOWNHOOK_ENABLED.getName(), "false")
        .setProperty(ClusterProperty.SOCKET_BIND_ANY.getName(), "false")
        .setProperty(ClusterProperty.SOCKET_SEND_BUFFER_SIZE.getName(), SOCKET_BUFFER_KIB)
        .setProperty(ClusterProperty.SOCKET_RECEIVE_BUFFER_SIZE.getName(), SOCKET_BUFFER_KIB)
        .setProperty(ClusterProperty.SOCKET_CLIENT_SEND_BUFFER_SIZE.getName(), SOCKET_BUFFER_KIB)
        .setProperty(ClusterProperty.SOCKET_CLIENT_RECEIVE_BUFFER_SIZE.getName(), SOCKET_BUFFER_KIB)
        .setProperty(ClusterProperty.SOCKET_BUFFER_DIRECT.getName(), "true")
        .setProperty(ClusterProperty.SOCKET_CLIENT_BUFFER_DIRECT.getName(), "true")
        .setProperty(
            ClusterProperty.PARTITION_COUNT.getName(), Integer.toString(settings.partitions()))
        .setProperty(ClusterProperty.WAIT_SECONDS_BEFORE_JOIN.getName(), "0")
        .setProperty(ClusterProperty.HEARTBEAT_INTERVAL_SECONDS.getName(), "2")
        .setProperty(ClusterProperty.MAX_NO_HEARTBEAT_SECONDS.getName(), SECONDS_OF_SILENCE)
        .setProperty(ClusterProperty.MERGE_FIRST_RUN_DELAY_SECONDS.getName(), SECONDS_TO_MERGE)
        .setProperty(ClusterProperty.MERGE_NEXT_RUN_DELAY_SECONDS.getName(), SECONDS_TO_MERGE)
        .setProperty(ClusterProperty.GRACEFUL_SHUTDOWN_MAX_WAIT.getName(), SECONDS_TO_HAND_OVER)
        .setProperty(MapClearExpiredRecordsTask.PROP_TASK_PERIOD_SECONDS, "1")
        .setProperty(MapClearExpiredRecordsTask.PROP_CLEANUP_PERCENTAGE, "100")
        .setProperty(
            MapClearExpiredRecordsTask.PROP_CLEANUP_OPERATION_COUNT,
            Integer.toString(settings.partitions()));
  }

  private NetworkConfig network(String address, int port) {
    NetworkConfig network =
        new NetworkConfig().setPort(port).setPortAutoIncrement(false).setJoin(join(address, port));
    network.getInterfaces().setEnabled(true).addInterface(address);
    return network;
  }

  private JoinConfig join(String address, int port) {
    JoinConfig join = new JoinConfig();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    switch (settings.membership().discovery()) {
      case Discovery.Static(var seeds) -> {
        List<String> members = new ArrayList<>(seeds);
        members.add(address + ":" + port);
        join.getTcpIpConfig().setEnabled(true).setMembers(members);
      }
      case Discovery.Kubernetes kubernetes ->
          KubernetesPods.find(join.getKubernetesConfig(), kubernetes, settings.port());
      case Discovery.Multicast(var group, var multicastPort) ->
          join.getMulticastConfig()
              .setEnabled(true)
              .setMulticastGroup(group)
              .setMulticastPort(multicastPort);
    }
    return join;
  }

  /** Shared maps: small, nothing is evicted, two backups wherever there are three members. */
  private MapConfig shared(String name, Class<?> mergePolicy, SplitBrainProtectionOn what) {
    MapConfig map =
        new MapConfig(HazelcastSharedMap.PREFIX + name)
            .setInMemoryFormat(InMemoryFormat.BINARY)
            .setBackupCount(SHARED_BACKUPS)
            .setMergePolicyConfig(
                new MergePolicyConfig(mergePolicy.getName(), MergePolicyConfig.DEFAULT_BATCH_SIZE));
    return asksForMajority() ? map.setSplitBrainProtectionName(name(what)) : map;
  }

  private MapConfig map(String name, long heapBytes) {
    return new MapConfig(name)
        .setInMemoryFormat(InMemoryFormat.BINARY)
        .setBackupCount(settings.backups())
        .setReadBackupData(true)
        .setStatisticsEnabled(false)
        .setEvictionConfig(
            new EvictionConfig()
                .setEvictionPolicy(EvictionPolicy.LRU)
                .setMaxSizePolicy(MaxSizePolicy.USED_HEAP_SIZE)
                .setSize((int) (heapBytes / MIB)));
  }
}
