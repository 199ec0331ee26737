package dev.kvasir.config;

/** Everything that can be configured: a section for each component. */
public record KvasirConfig(
    ModelConfig model,
    HttpConfig http,
    SecurityConfig security,
    PrefillConfig prefill,
    DecodeConfig decode,
    CacheConfig cache,
    GridConfig grid,
    EvictionConfig eviction,
    DiskConfig disk,
    DeletionConfig deletion,
    AuditConfig audit,
    TelemetryConfig telemetry,
    ScopesConfig scopes,
    ClientConfig client,
    AdminConfig admin) {
  public KvasirConfig {
    Require.that(
        security.keysFile().isEmpty()
            || prefill.listen().isEmpty()
            || security.clusterSecret().isPresent(),
        "security.cluster_secret",
        "must be set where security.keys_file and prefill.listen are: workers show it each other");
    Require.that(
        !grid.mutualTls()
            || (security.tls().key().isPresent() && security.tls().authorities().isPresent()),
        "grid.mutual_tls",
        "needs security.tls.certificate, security.tls.key and security.tls.authorities");
    Bytes memory = grid.memoryBytes();
    eviction
        .budgetBytes()
        .ifPresent(budget ->
            Require.that(
                budget.compareTo(memory) <= 0,
                "eviction.budget_bytes",
                "must be at most grid.memory_bytes (%s), not %s".formatted(memory, budget)));
  }

  public static KvasirConfig defaults() {
    return new KvasirConfig(
        ModelConfig.defaults(),
        HttpConfig.defaults(),
        SecurityConfig.defaults(),
        PrefillConfig.defaults(),
        DecodeConfig.defaults(),
        CacheConfig.defaults(),
        GridConfig.defaults(),
        EvictionConfig.defaults(),
        DiskConfig.defaults(),
        DeletionConfig.defaults(),
        AuditConfig.defaults(),
        TelemetryConfig.defaults(),
        ScopesConfig.defaults(),
        ClientConfig.defaults(),
        AdminConfig.defaults());
  }
}
