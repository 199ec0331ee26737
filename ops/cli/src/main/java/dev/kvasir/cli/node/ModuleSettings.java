package dev.kvasir.cli.node;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.Scope;
import dev.kvasir.config.AuditConfig;
import dev.kvasir.config.Bytes;
import dev.kvasir.config.CacheConfig;
import dev.kvasir.config.DecodeConfig;
import dev.kvasir.config.DiscoveryConfig;
import dev.kvasir.config.GridConfig;
import dev.kvasir.config.HostPort;
import dev.kvasir.config.HttpConfig;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.config.ModelConfig;
import dev.kvasir.config.PrefillConfig;
import dev.kvasir.config.ScopesConfig;
import dev.kvasir.config.SecurityConfig;
import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.DecodeOptions;
import dev.kvasir.decode.audit.AuditOptions;
import dev.kvasir.decode.http.ApiSettings;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.prompt.Scoping;
import dev.kvasir.grid.hazelcast.HazelcastSettings;
import dev.kvasir.grid.ignite.IgniteSettings;
import dev.kvasir.http.server.ServerSettings;
import dev.kvasir.http.server.Tls;
import dev.kvasir.node.evict.EvictorSettings;
import dev.kvasir.prefill.PrefillOptions;
import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.join.Membership;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** What the modules are told, from the configuration, which they do not know. */
final class ModuleSettings {
  private static final double MEMORY_PER_BUDGET = 1.3;
  private static final int PUTS_PER_GRACE = 3;

  private ModuleSettings() {}

  static EngineOptions engine(ModelConfig model) {
    EngineOptions usual = EngineOptions.defaults();
    return new EngineOptions(
        usual.backend(),
        model.threads().orElse(usual.threads()),
        switch (model.kvElementType()) {
          case FLOAT16 -> ElementType.FLOAT16;
          case INT8 -> ElementType.INT8;
        });
  }

  static IgniteSettings ignite(GridConfig grid, Map<String, String> attributes) {
    return new IgniteSettings(
        instanceName(grid),
        grid.bindAddress(),
        grid.discoveryPort(),
        grid.communicationPort(),
        membership(grid, attributes),
        grid.backups(),
        grid.partitions(),
        grid.memoryBytes().count(),
        grid.inFlightBytes().count(),
        grid.readDeadline(),
        grid.writeDeadline(),
        grid.workDirectory(),
        grid.dataNodes());
  }

  static HazelcastSettings hazelcast(GridConfig grid, Map<String, String> attributes) {
    return new HazelcastSettings(
        instanceName(grid),
        clusterName(grid),
        grid.bindAddress(),
        grid.communicationPort(),
        membership(grid, attributes),
        grid.backups(),
        grid.partitions(),
        grid.memoryBytes().count(),
        grid.inFlightBytes().count(),
        grid.readDeadline(),
        grid.writeDeadline(),
        grid.dataNodes());
  }

  static String instanceName(GridConfig grid) {
    return grid.instanceName().orElse("kvasir-" + ProcessHandle.current().pid());
  }

  /** A node that knows no other one must not meet those of another user's grid by chance. */
  private static String clusterName(GridConfig grid) {
    return isAlone(grid) ? instanceName(grid) : grid.clusterName();
  }

  /** Whether no other process can be in the grid. */
  static boolean isAlone(GridConfig grid) {
    return grid.discovery().kind() == DiscoveryConfig.Kind.STATIC
        && grid.discovery().seeds().isEmpty()
        && grid.discoveryPort() == 0
        && grid.communicationPort() == 0;
  }

  private static Membership membership(GridConfig grid, Map<String, String> attributes) {
    GridRole role =
        switch (grid.role()) {
          case EMBEDDED, MEMBER -> GridRole.MEMBER;
          case CLIENT -> GridRole.LITE;
        };
    Membership usual = Membership.of(role, discovery(grid.discovery()));
    return new Membership(role, usual.discovery(), attributes, usual.joinDeadline());
  }

  private static Discovery discovery(DiscoveryConfig discovery) {
    return switch (discovery.kind()) {
      case STATIC ->
          new Discovery.Static(discovery.seeds().stream().map(HostPort::toString).toList());
      case KUBERNETES ->
          new Discovery.Kubernetes(
              discovery.kubernetes().namespace(), discovery.kubernetes().service());
      case MULTICAST ->
          new Discovery.Multicast(discovery.multicast().group(), discovery.multicast().port());
    };
  }

  /** Where nobody says, a node keeps what leaves a third of its memory to the grid. */
  static EvictorSettings evictor(KvasirConfig config) {
    GridConfig grid = config.grid();
    long usual = (long) (grid.memoryBytes().count() / MEMORY_PER_BUDGET);
    EvictorSettings settings =
        EvictorSettings.of(
            config.eviction().budgetBytes().map(Bytes::count).orElse(usual),
            isAlone(grid) ? 1 : grid.backups() + 1);
    return new EvictorSettings(
        settings.budgetBytes(),
        settings.copies(),
        config.eviction().ttl(),
        settings.removalsUnderWay(),
        longer(settings.grace(), grid.writeDeadline().multipliedBy(PUTS_PER_GRACE)));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  /** What callers of this tenant may see. */
  static Scoping scoping(ScopesConfig scopes, String tenant) {
    Set<String> open =
        scopes.shared().stream()
            .filter(shared -> shared.tenants().contains(tenant))
            .map(ScopesConfig.SharedCollection::collection)
            .collect(Collectors.toUnmodifiableSet());
    return new Scoping(new Scope.Tenant(tenant), open);
  }

  static PrefillOptions prefill(PrefillConfig prefill) {
    return new PrefillOptions(
        prefill.maxWaitingBlocks(),
        prefill.maxBatchTokens(),
        prefill.maxPrefixes(),
        prefill.lookupDeadline(),
        prefill.foreignEncodePatience(),
        prefill.putDeadline(),
        prefill.maxUnstoredBytes().count());
  }

  static DecodeOptions decode(DecodeConfig decode, CacheConfig cache) {
    return new DecodeOptions(
            cache.bytes().count(),
            decode.fetchDeadline(),
            decode.maxRunning(),
            decode.maxWaiting(),
            switch (decode.autoMode()) {
              case BLOCK -> AttentionMode.BLOCK;
              case FULL -> AttentionMode.FULL;
            })
        .withOverload(new DecodeOptions.Overload(decode.maxStarting(), decode.overloadAfter()));
  }

  static AuditOptions audit(AuditConfig audit) {
    AuditOptions usual = AuditOptions.of(audit.share());
    return new AuditOptions(
        usual.share(),
        audit.maxDivergence().map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        usual.window(),
        usual.maxWaiting(),
        usual.patience());
  }

  static ApiSettings api(KvasirConfig config, AttentionMode autoMode) {
    HttpConfig http = config.http();
    HttpConfig.Limits limits = http.limits();
    return new ApiSettings(
        autoMode,
        new ApiSettings.Limits(
            limits.requests(),
            limits.blocks(),
            limits.usualAnswerTokens(),
            limits.encodedBytes().count()),
        new ApiSettings.Timeouts(http.timeouts().stalledReader(), http.timeouts().store()));
  }

  /** A server of this process at that address. */
  static ServerSettings server(KvasirConfig config, String host, int port) {
    HttpConfig.Limits limits = config.http().limits();
    HttpConfig.Timeouts timeouts = config.http().timeouts();
    SecurityConfig.Tls tls = config.security().tls();
    return new ServerSettings(
        host,
        port,
        tls.certificate().flatMap(certificate -> tls.key().map(key -> new Tls(certificate, key))),
        Math.toIntExact(limits.bodyBytes().count()),
        Math.toIntExact(limits.headerBytes().count()),
        new ServerSettings.Timeouts(timeouts.body(), timeouts.idle(), timeouts.shutdown()));
  }
}
