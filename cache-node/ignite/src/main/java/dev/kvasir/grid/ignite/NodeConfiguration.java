package dev.kvasir.grid.ignite;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.apache.ignite.cache.CacheAtomicityMode;
import org.apache.ignite.cache.CacheMode;
import org.apache.ignite.cache.CacheWriteSynchronizationMode;
import org.apache.ignite.cache.affinity.rendezvous.RendezvousAffinityFunction;
import org.apache.ignite.configuration.CacheConfiguration;
import org.apache.ignite.configuration.DataPageEvictionMode;
import org.apache.ignite.configuration.DataRegionConfiguration;
import org.apache.ignite.configuration.DataStorageConfiguration;
import org.apache.ignite.configuration.IgniteConfiguration;
import org.apache.ignite.events.EventType;
import org.apache.ignite.failure.StopNodeFailureHandler;
import org.apache.ignite.logger.slf4j.Slf4jLogger;
import org.apache.ignite.spi.communication.tcp.TcpCommunicationSpi;

/**
 * Turns settings into Ignite's configuration.
 *
 * <p>Chosen by measurement: 16 KiB pages, 1 MiB socket buffers and one connection per node carry
 * large values two to three times as fast as the defaults; {@code copyOnRead=false} saves a clone
 * of every array that is read, {@link HeapCopies} its gluing from pages, direct send buffers a copy
 * of every message; acknowledging every second message frees the sender's arrays early.
 *
 * <p>Writes are FULL_SYNC although blocks are a cache: backups answer reads too, and with
 * PRIMARY_SYNC one could miss a block whose put is already complete. Puts are off every request's
 * path, so the round trip costs no one.
 *
 * <p>A client that was killed is given up after as long as a member, not after Ignite's 30 seconds,
 * and a message for which no connection comes about after two: the threads that tell clients of
 * changes are those that the whole grid needs, and each message to a dead client holds one up.
 *
 * <p>A region that is full evicts its own pages, without regard to whole blocks: a net below the
 * eviction of blocks that keeps the node alive. A critical failure stops this node, not the JVM: an
 * application with an embedded node goes on without its cache.
 */
final class NodeConfiguration {
  static final String ENTRIES = "kvasir-entries";
  static final String RECORDS = "kvasir-records";

  private static final long MIB = 1024 * 1024;
  private static final int PAGE_BYTES = 16 * 1024;
  private static final int SOCKET_BUFFER_BYTES = (int) MIB;
  private static final int ACKNOWLEDGE_EVERY = 2;
  private static final long CLIENT_LOST_MILLIS = 10_000;
  private static final int CONNECT_MILLIS = 1_000;
  private static final int CONNECT_ATTEMPTS = 2;

  /** A node that gets a block's entry by rebalancing has its records already. */
  private static final int RECORDS_MOVE = 1;

  private static final int ENTRIES_MOVE = 2;
  private static final String ENTRY_REGION = "entries";
  private static final String RECORD_REGION = "records";

  private final IgniteSettings settings;
  private final Optional<SSLContext> tls;

  NodeConfiguration(IgniteSettings settings, Optional<SSLContext> tls) {
    this.settings = settings;
    this.tls = tls;
  }

  IgniteConfiguration build(int discoveryPort, int communicationPort, Path workDirectory) {
    IgniteConfiguration node =
        new IgniteConfiguration()
            .setIgniteInstanceName(settings.instanceName())
            .setConsistentId(settings.instanceName())
            .setLocalHost(settings.bindAddress())
            .setWorkDirectory(workDirectory.toAbsolutePath().toString())
            .setGridLogger(new Slf4jLogger())
            .setMetricsLogFrequency(0)
            .setConnectorConfiguration(null)
            .setClientConnectorConfiguration(null)
            .setFailureHandler(new StopNodeFailureHandler())
            .setClientFailureDetectionTimeout(CLIENT_LOST_MILLIS)
            .setUserAttributes(attributes(discoveryPort, communicationPort))
            .setIncludeEventTypes(events())
            .setDiscoverySpi(new NodeDiscovery(settings).build(discoveryPort))
            .setCommunicationSpi(communication(communicationPort));
    tls.ifPresent(context -> node.setSslContextFactory(() -> context));
    return settings.holdsBlocks()
        ? node.setDataStorageConfiguration(storage())
            .setCacheConfiguration(
                cache(ENTRIES, ENTRY_REGION).setCopyOnRead(true).setRebalanceOrder(ENTRIES_MOVE),
                this.<RecordKey, byte[]>cache(RECORDS, RECORD_REGION)
                    .setCopyOnRead(false)
                    .setOnheapCacheEnabled(true)
                    .setEvictionPolicyFactory(new HeapCopies())
                    .setEventsDisabled(true)
                    .setRebalanceOrder(RECORDS_MOVE),
                MapCache.configuration(settings.dataNodes()))
        : node.setClientMode(true);
  }

  private Map<String, Object> attributes(int discoveryPort, int communicationPort) {
    Map<String, String> told = new HashMap<>();
    told.put("role", settings.membership().role().name().toLowerCase(Locale.ROOT));
    told.put("discovery", settings.bindAddress() + ":" + discoveryPort);
    told.put("communication", settings.bindAddress() + ":" + communicationPort);
    told.putAll(settings.membership().attributes());
    return IgniteMembers.told(told);
  }

  private static int[] events() {
    return IntStream.concat(
            Arrays.stream(LocalWatch.EVENTS), IntStream.of(EventType.EVT_CLIENT_NODE_RECONNECTED))
        .toArray();
  }

  private static TcpCommunicationSpi communication(int port) {
    TcpCommunicationSpi communication = new TcpCommunicationSpi();
    communication.setLocalPort(port);
    communication.setLocalPortRange(0);
    communication.setConnectionsPerNode(1);
    communication.setSocketSendBuffer(SOCKET_BUFFER_BYTES);
    communication.setSocketReceiveBuffer(SOCKET_BUFFER_BYTES);
    communication.setDirectSendBuffer(true);
    communication.setAckSendThreshold(ACKNOWLEDGE_EVERY);
    communication.setConnectTimeout(CONNECT_MILLIS);
    communication.setMaxConnectTimeout(CONNECT_MILLIS);
    communication.setReconnectCount(CONNECT_ATTEMPTS);
    return communication;
  }

  private DataStorageConfiguration storage() {
    long entryBytes = Math.clamp(settings.regionBytes() / 8, 64 * MIB, 512 * MIB);
    return new DataStorageConfiguration()
        .setPageSize(PAGE_BYTES)
        .setDefaultDataRegionConfiguration(region("default", 16 * MIB).setEmptyPagesPoolSize(64))
        .setDataRegionConfigurations(
            region(ENTRY_REGION, entryBytes),
            region(RECORD_REGION, settings.regionBytes()),
            MapCache.region());
  }

  private DataRegionConfiguration region(String name, long bytes) {
    return new DataRegionConfiguration()
        .setName(name)
        .setInitialSize(Math.min(bytes, 64 * MIB))
        .setMaxSize(bytes)
        .setPageEvictionMode(DataPageEvictionMode.RANDOM_LRU)
        .setEmptyPagesPoolSize(emptyPages(bytes));
  }

  /** Twice the puts under way; Ignite takes at most a tenth of a region's pages. */
  private int emptyPages(long regionBytes) {
    long wanted = 2 * settings.putsInFlightBytes() / PAGE_BYTES;
    return (int) Math.min(wanted, regionBytes / PAGE_BYTES / 11);
  }

  private <K, V> CacheConfiguration<K, V> cache(String name, String region) {
    return new CacheConfiguration<K, V>(name)
        .setDataRegionName(region)
        .setCacheMode(CacheMode.PARTITIONED)
        .setAtomicityMode(CacheAtomicityMode.ATOMIC)
        .setWriteSynchronizationMode(CacheWriteSynchronizationMode.FULL_SYNC)
        .setBackups(settings.backups())
        .setAffinity(new RendezvousAffinityFunction(false, settings.partitions()))
        .setMaxConcurrentAsyncOperations(0)
        .setStatisticsEnabled(false);
  }
}
