package dev.kvasir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.config.ConfigSource.Environment;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.ConfigSource.Flags;
import dev.kvasir.config.ConfigSource.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {
  @TempDir Path folder;

  @Test
  void read_noSource_isTheDefaults() {
    assertThat(read().value()).isEqualTo(KvasirConfig.defaults());
  }

  @Test
  void read_everyKindOfValue_isTyped() throws IOException {
    YamlFile file =
        yaml(
            """
            model:
              path: /models/a b.gguf
              threads: 7
              kv_element_type: int8
            grid:   # a comment
              kind: hazelcast
              memory_bytes: 1.5GiB
              read_deadline: 200ms
              discovery:
                kind: kubernetes
                seeds: ["10.0.0.5:47500", "[::1]:1"]
                kubernetes: {namespace: search}
            disk: {enabled: true, path: blocks}
            eviction:
            scopes:
              shared:
                - collection: manuals
                  tenants: [a, b]
            """);

    KvasirConfig config = read(file).value();

    assertThat(config.model())
        .isEqualTo(
            new ModelConfig(
                Optional.of(Path.of("/models/a b.gguf")),
                Optional.empty(),
                Optional.of(7),
                ModelConfig.KvElementType.INT8));
    assertThat(config.grid().kind()).isEqualTo(GridConfig.Kind.HAZELCAST);
    assertThat(config.grid().memoryBytes().count()).isEqualTo(3L << 29);
    assertThat(config.grid().readDeadline()).isEqualTo(Duration.ofMillis(200));
    assertThat(config.grid().writeDeadline()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.grid().discovery().seeds())
        .containsExactly(new HostPort("10.0.0.5", 47_500), new HostPort("::1", 1));
    assertThat(config.grid().discovery().kubernetes())
        .isEqualTo(new DiscoveryConfig.KubernetesConfig("search", "kvasir-grid"));
    assertThat(config.disk().path()).contains(Path.of("blocks"));
    assertThat(config.eviction()).isEqualTo(EvictionConfig.defaults());
    assertThat(config.scopes().shared())
        .containsExactly(new ScopesConfig.SharedCollection("manuals", List.of("a", "b")));
  }

  @Test
  void read_sameKeyInEverySource_laterSourceWins() throws IOException {
    YamlFile file = yaml("grid: {backups: 2, partitions: 64, memory_bytes: 65MiB}\n");
    Environment environment =
        new Environment(Map.of("KVASIR_GRID_BACKUPS", "3", "KVASIR_GRID_PARTITIONS", "65"));
    Flags flags = new Flags(List.of(Flag.set("grid.backups=4"), Flag.set("grid.backups=5")));

    GridConfig grid = read(file, environment, flags).value().grid();

    assertThat(grid.backups()).isEqualTo(5);
    assertThat(grid.partitions()).isEqualTo(65);
    assertThat(grid.memoryBytes()).isEqualTo(Bytes.ofMiB(65));
    assertThat(grid.bindAddress()).isEqualTo("127.0.0.1");
  }

  @Test
  void read_listFromVariableOrFlag_isSplitAtCommasOrYaml() {
    Environment environment =
        new Environment(Map.of("KVASIR_GRID_DISCOVERY_SEEDS", "[::1]:2, a:1"));
    Flags flags = new Flags(List.of(Flag.set("scopes.shared=[{collection: c, tenants: [t]}]")));

    KvasirConfig config = read(environment, flags).value();

    assertThat(config.grid().discovery().seeds())
        .containsExactly(new HostPort("::1", 2), new HostPort("a", 1));
    assertThat(config.scopes().shared().getFirst().tenants()).containsExactly("t");
  }

  @Test
  void read_foreignVariables_doNotCount() {
    Environment environment =
        new Environment(
            Map.of(
                "PATH", "/bin",
                "KVASIR_HEAP", "3g",
                "KVASIR_HOME", "/x",
                "KVASIR_JAVA_OPTS", "-Da=b",
                "KVASIR_JDKS", "/jdks",
                "KVASIR_GRID_BACKUPS", "",
                "KVASIR_SERVICE_HOST", "10.0.0.1",
                "KVASIR_SERVICE_PORT_HTTP", "8080",
                "KVASIR_HTTP_PORT", "tcp://10.0.0.1:8080",
                "KVASIR_HTTP_PORT_8080_TCP_ADDR", "10.0.0.1"));

    assertThat(read(environment).value()).isEqualTo(KvasirConfig.defaults());
  }

  @Test
  void variables_ofAllKeys_areDifferent() {
    var keys = Layer.valuePaths(Mapping.mapper().valueToTree(KvasirConfig.defaults()));

    assertThat(keys).hasSizeGreaterThan(40).extracting(Variables::of).doesNotHaveDuplicates();
  }

  @Test
  void read_secret_isNeverPrinted() throws IOException {
    Path file = Files.writeString(folder.resolve("password"), "hunter2\n");
    Guarded defaults = new Guarded(Optional.empty(), "u");
    Flags direct = new Flags(List.of(Flag.set("password=hunter2")));
    Flags fromFile = new Flags(List.of(Flag.set("password=file:" + file)));

    for (Flags flags : List.of(direct, fromFile)) {
      Effective<Guarded> read = ConfigReader.read(Guarded.class, defaults, List.of(flags));

      assertThat(read.value().password().orElseThrow().reveal()).isEqualTo("hunter2");
      assertThat(read.yaml())
          .contains("password: \"****\"  # from --set password")
          .doesNotContain("hunter2");
      assertThat(read.lines().toString()).contains("****").doesNotContain("hunter2");
      assertThat(read.value().toString()).doesNotContain("hunter2");
    }
  }

  @Test
  void read_clusterSecret_isInNoLinePageOrText() {
    String secret = "0123456789abcdef-secret";
    Effective<KvasirConfig> read =
        ConfigReader.read(
            KvasirConfig.class,
            KvasirConfig.defaults(),
            List.of(new Flags(List.of(Flag.set("security.cluster_secret=" + secret)))));

    assertThat(read.value().security().clusterSecret().orElseThrow().reveal()).isEqualTo(secret);
    assertThat(read.yaml()).contains("cluster_secret: \"****\"").doesNotContain(secret);
    assertThat(String.join("\n", read.lines()) + read.value())
        .contains("****")
        .doesNotContain(secret);
  }

  @Test
  void read_secretNotReadable_saysSoWithoutIt() {
    Flags flags = new Flags(List.of(Flag.set("password=file:/no/such")));
    Guarded defaults = new Guarded(Optional.empty(), "u");

    assertThatThrownBy(() -> ConfigReader.read(Guarded.class, defaults, List.of(flags)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "--set password: password names the file '/no/such', which cannot be read as UTF-8:"
                + " check path and rights");
  }

  @Test
  void yaml_effective_namesPlacesAndReadsBack() throws IOException {
    YamlFile file = yaml("# top\ngrid:\n  cluster_name: 'null'\n  backups: 3\n");
    Flags flags = new Flags(List.of(new Flag("--threads", "model.threads", "2")));
    Effective<KvasirConfig> first = read(file, flags);

    String printed = first.yaml();

    assertThat(printed)
        .contains("  threads: 2  # from --threads\n", "  port: 8080\n")
        .contains("  backups: 3  # from " + file.file() + ", line 4\n");
    assertThat(read(yaml(printed)).value()).isEqualTo(first.value());
    assertThat(first.isSet("grid.backups")).isTrue();
    assertThat(first.isSet("grid.partitions")).isFalse();
    assertThat(first.lines())
        .hasSize(KvasirConfig.class.getRecordComponents().length)
        .contains("cache: bytes=1GiB")
        .anyMatch(line -> line.contains("backups=3 (" + file.file() + ", line 4) data_nodes="));
  }

  private YamlFile yaml(String text) throws IOException {
    return new YamlFile(Files.writeString(folder.resolve("kvasir.yaml"), text));
  }

  private static Effective<KvasirConfig> read(ConfigSource... sources) {
    return ConfigReader.read(KvasirConfig.class, KvasirConfig.defaults(), List.of(sources));
  }

  record Guarded(Optional<Secret> password, String user) {}
}
