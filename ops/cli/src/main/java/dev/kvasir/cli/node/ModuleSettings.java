package dev.kvasir.cli.node;

import dev.kvasir.block.ElementType;
import dev.kvasir.config.CacheConfig;
import dev.kvasir.config.DecodeConfig;
import dev.kvasir.config.GridConfig;
import dev.kvasir.config.HostPort;
import dev.kvasir.config.HttpConfig;
import dev.kvasir.config.ModelConfig;
import dev.kvasir.config.PrefillConfig;
import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.DecodeOptions;
import dev.kvasir.decode.http.ApiSettings;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.grid.ignite.IgniteSettings;
import dev.kvasir.prefill.PrefillOptions;

/** What the modules are told, from the configuration, which they do not know. */
final class ModuleSettings {
  private ModuleSettings() {}

  static EngineOptions engine(ModelConfig model) {
    EngineOptions usual = EngineOptions.defaults();
    return new EngineOptions(
        usual.backend(),
        model.threads().orElse(usual.threads()),
        switch (model.kvElementType()) {
          case FLOAT16 -> ElementType.FLOAT16;
          case INT8 -> throw NotYet.refusal("model.kv_element_type: int8", "use float16");
        });
  }

  static IgniteSettings ignite(GridConfig grid) {
    return new IgniteSettings(
        grid.instanceName().orElse(IgniteSettings.embedded().instanceName()),
        grid.bindAddress(),
        grid.discoveryPort(),
        grid.communicationPort(),
        grid.discovery().seeds().stream().map(HostPort::toString).toList(),
        grid.backups(),
        grid.partitions(),
        grid.memoryBytes().count(),
        grid.inFlightBytes().count(),
        grid.readDeadline(),
        grid.writeDeadline(),
        grid.workDirectory());
  }

  static PrefillOptions prefill(PrefillConfig prefill) {
    return new PrefillOptions(
        prefill.maxWaitingBlocks(),
        prefill.maxBatchTokens(),
        prefill.maxPrefixes(),
        prefill.lookupDeadline(),
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
        });
  }

  static ApiSettings api(HttpConfig http, AttentionMode autoMode) {
    HttpConfig.Limits limits = http.limits();
    HttpConfig.Timeouts timeouts = http.timeouts();
    return new ApiSettings(
        http.host(),
        http.port(),
        autoMode,
        new ApiSettings.Limits(
            Math.toIntExact(limits.bodyBytes().count()),
            Math.toIntExact(limits.headerBytes().count()),
            limits.requests(),
            limits.blocks(),
            limits.usualAnswerTokens(),
            limits.encodedBytes().count()),
        new ApiSettings.Timeouts(
            timeouts.body(),
            timeouts.stalledReader(),
            timeouts.idle(),
            timeouts.store(),
            timeouts.shutdown()));
  }
}
