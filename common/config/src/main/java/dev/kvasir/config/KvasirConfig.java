package dev.kvasir.config;

/** Everything that can be configured: a section for each component. */
public record KvasirConfig(
    ModelConfig model,
    HttpConfig http,
    PrefillConfig prefill,
    DecodeConfig decode,
    CacheConfig cache,
    GridConfig grid,
    EvictionConfig eviction,
    DiskConfig disk,
    DeletionConfig deletion,
    AuditConfig audit,
    ScopesConfig scopes) {
  public KvasirConfig {
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
        PrefillConfig.defaults(),
        DecodeConfig.defaults(),
        CacheConfig.defaults(),
        GridConfig.defaults(),
        EvictionConfig.defaults(),
        DiskConfig.defaults(),
        DeletionConfig.defaults(),
        AuditConfig.defaults(),
        ScopesConfig.defaults());
  }
}
