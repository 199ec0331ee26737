package dev.kvasir.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.Scope;
import dev.kvasir.config.ConfigReader;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.ConfigSource.Flags;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.DecodeOptions;
import dev.kvasir.decode.http.ApiSettings;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.prompt.Scoping;
import dev.kvasir.grid.ignite.IgniteSettings;
import dev.kvasir.http.server.ServerSettings;
import dev.kvasir.http.server.Tls;
import dev.kvasir.prefill.PrefillOptions;
import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.Membership;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModuleSettingsTest {
  private final KvasirConfig usual = KvasirConfig.defaults();

  @Test
  void defaults_ofEveryRecord_areTheModules() {
    assertThat(ModuleSettings.engine(usual.model())).isEqualTo(EngineOptions.defaults());
    assertThat(ModuleSettings.ignite(usual.grid(), Map.of())).isEqualTo(IgniteSettings.embedded());
    assertThat(ModuleSettings.prefill(usual.prefill())).isEqualTo(PrefillOptions.defaults());
    assertThat(ModuleSettings.decode(usual.decode(), usual.cache()))
        .isEqualTo(DecodeOptions.defaults());
    assertThat(ModuleSettings.server(usual, "127.0.0.1", 8_080))
        .isEqualTo(ServerSettings.on("127.0.0.1", 8_080));
  }

  @Test
  void reachable_addressThatStandsForAll_isTheGrids() {
    KvasirConfig config = config("grid.bind_address=10.0.0.1", "prefill.listen=0.0.0.0:9000");

    assertThat(ProcessAttributes.reachable(config, "0.0.0.0")).isEqualTo("10.0.0.1");
    assertThat(ProcessAttributes.reachable(config, "::")).isEqualTo("10.0.0.1");
    assertThat(ProcessAttributes.reachable(config, "10.0.0.2")).isEqualTo("10.0.0.2");
    assertThat(EncodePort.attributes(config)).containsValue("http://10.0.0.1:9000");
  }

  @Test
  void engine_everyKey_isPassedOn() {
    KvasirConfig config = config("model.threads=3", "model.kv_element_type=int8");

    assertThat(ModuleSettings.engine(config.model()))
        .isEqualTo(new EngineOptions(EngineOptions.Backend.VECTOR, 3, ElementType.INT8));
  }

  @Test
  void ignite_everyKey_isPassedOn() {
    KvasirConfig config =
        config(
            "grid.instance_name=n",
            "grid.bind_address=10.0.0.1",
            "grid.discovery_port=47500",
            "grid.communication_port=47100",
            "grid.discovery.seeds=a:1,b:2",
            "grid.backups=3",
            "grid.data_nodes=5",
            "grid.partitions=16",
            "grid.memory_bytes=65MiB",
            "grid.in_flight_bytes=2MiB",
            "grid.read_deadline=1s",
            "grid.write_deadline=3s",
            "grid.work_directory=w");

    assertThat(ModuleSettings.ignite(config.grid(), Map.of()))
        .isEqualTo(
            new IgniteSettings(
                "n",
                "10.0.0.1",
                47_500,
                47_100,
                Membership.member(Discovery.Static.of("a:1", "b:2")),
                3,
                16,
                65L << 20,
                2L << 20,
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                Optional.of(Path.of("w")),
                5));
  }

  @Test
  void scoping_sharedCollections_areOpenToTheirTenantsOnly() {
    KvasirConfig config =
        config(
            "scopes.unauthenticated_tenant=acme",
            "scopes.shared=[{collection: handbook, tenants: [acme, other]},"
                + " {collection: salaries, tenants: [other]}]");
    assertThat(ModuleSettings.scoping(config.scopes(), "acme"))
        .isEqualTo(new Scoping(new Scope.Tenant("acme"), Set.of("handbook")));
  }

  @Test
  void workers_everyKey_isPassedOn() {
    KvasirConfig config =
        config(
            "model.threads=3",
            "prefill.max_waiting_blocks=1",
            "prefill.max_batch_tokens=2",
            "prefill.max_prefixes=3",
            "prefill.lookup_deadline=4ms",
            "prefill.foreign_encode_patience=9ms",
            "prefill.put_deadline=5ms",
            "prefill.max_unstored_bytes=6",
            "cache.bytes=0",
            "decode.fetch_deadline=2ms",
            "decode.max_running=3",
            "decode.max_waiting=4",
            "decode.max_starting=5",
            "decode.overload_after=6ms",
            "decode.auto_mode=full");

    assertThat(ModuleSettings.engine(config.model()).threads()).isEqualTo(3);
    assertThat(ModuleSettings.prefill(config.prefill()))
        .isEqualTo(
            new PrefillOptions(
                1, 2, 3, Duration.ofMillis(4), Duration.ofMillis(9), Duration.ofMillis(5), 6));
    assertThat(ModuleSettings.decode(config.decode(), config.cache()))
        .isEqualTo(
            new DecodeOptions(0, Duration.ofMillis(2), 3, 4, AttentionMode.FULL)
                .withOverload(new DecodeOptions.Overload(5, Duration.ofMillis(6))));
  }

  @Test
  void api_everyKey_isPassedOn() {
    KvasirConfig config =
        config(
            "security.tls.certificate=c.pem",
            "security.tls.key=k.pem",
            "http.limits.body_bytes=2",
            "http.limits.header_bytes=3",
            "http.limits.requests=4",
            "http.limits.blocks=5",
            "http.limits.usual_answer_tokens=6",
            "http.limits.encoded_bytes=7",
            "http.timeouts.body=1s",
            "http.timeouts.stalled_reader=2s",
            "http.timeouts.idle=3s",
            "http.timeouts.store=4s",
            "http.timeouts.shutdown=5s");

    assertThat(ModuleSettings.api(config, AttentionMode.FULL))
        .isEqualTo(
            new ApiSettings(
                AttentionMode.FULL,
                new ApiSettings.Limits(4, 5, 6, 7),
                new ApiSettings.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(4))));
    assertThat(ModuleSettings.server(config, "0.0.0.0", 1))
        .isEqualTo(
            new ServerSettings(
                "0.0.0.0",
                1,
                Optional.of(new Tls(Path.of("c.pem"), Path.of("k.pem"))),
                2,
                3,
                new ServerSettings.Timeouts(
                    Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(5))));
  }

  private KvasirConfig config(String... assignments) {
    Flags flags = new Flags(Arrays.stream(assignments).map(Flag::set).toList());
    return ConfigReader.read(KvasirConfig.class, usual, List.of(flags)).value();
  }
}
