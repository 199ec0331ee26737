package dev.kvasir.cli;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keeps the fences of the design: who may see what, read from the sources of all modules. */
class FenceTest {
  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([a-z0-9_.]+);");
  private static final Pattern OURS = Pattern.compile("\\bdev\\.kvasir(?:\\.[a-z][a-z0-9_]*)+");
  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|(?m)//[^\\n\"]*$");

  /** Module to the modules whose packages it may name. */
  private static final Map<String, Set<String>> MAY_SEE =
      Map.ofEntries(
          entry("common/config", Set.of()),
          entry("common/http", Set.of()),
          entry("common/block", Set.of()),
          entry("common/store", Set.of("common/block")),
          entry("common/engine", Set.of("common/block")),
          entry("cache-node/ignite", Set.of("common/block", "common/store")),
          entry("cache-node/hazelcast", Set.of("common/block", "common/store")),
          entry("cache-node/node", Set.of("common/block", "common/store")),
          entry(
              "prefill-worker",
              Set.of("common/http", "common/block", "common/store", "common/engine")),
          entry(
              "decode-worker",
              Set.of("common/http", "common/block", "common/store", "common/engine")),
          entry(
              "ops/admin",
              Set.of("common/http", "common/block", "common/store", "common/engine", "ops/warmup")),
          entry("ops/warmup", Set.of("common/block", "common/store", "common/engine")),
          entry(
              "ops/bench",
              Set.of(
                  "common/block",
                  "common/store",
                  "common/engine",
                  "cache-node/ignite",
                  "cache-node/hazelcast",
                  "prefill-worker",
                  "decode-worker",
                  "ops/warmup")),
          entry(
              "ops/cli",
              Set.of(
                  "common/config",
                  "common/http",
                  "common/block",
                  "common/store",
                  "common/engine",
                  "cache-node/ignite",
                  "cache-node/hazelcast",
                  "cache-node/node",
                  "prefill-worker",
                  "decode-worker",
                  "ops/warmup",
                  "ops/admin",
                  "ops/bench")));

  private static List<Source> sources = List.of();

  @BeforeAll
  static void readTheSources() throws IOException {
    Path root = Path.of(System.getProperty("kvasir.root"));
    List<Source> found = new ArrayList<>();
    for (Path folder : mainFolders(root)) {
      String module = root.relativize(folder).toString().replace("/src/main/java", "");
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(file -> found.add(Source.read(module, file)));
      }
    }
    sources = found;
  }

  @Test
  void vectorApi_isSeenOnlyByItsKernelsAndTheRoofline() {
    Set<String> allowed = Set.of("dev.kvasir.engine.kernel.vector", "dev.kvasir.bench.roofline");
    assertOnlyIn("jdk.incubator.vector", allowed::contains);
  }

  @Test
  void foreignLinker_isSeenOnlyByCuda() {
    assertOnlyIn("java.lang.foreign.Linker", name -> name.endsWith(".cuda"));
    assertOnlyIn("Linker.nativeLinker", name -> name.endsWith(".cuda"));
  }

  @Test
  void arrow_isSeenOnlyByTheCodec() {
    assertOnlyIn("org.apache.arrow", "dev.kvasir.block.arrow"::equals);
  }

  @Test
  void jinjava_isSeenOnlyByThePromptLayout() {
    assertOnlyIn("com.hubspot.jinjava", "dev.kvasir.engine.prompt"::equals);
  }

  @Test
  void ignite_isSeenOnlyByItsGrid() {
    assertOnlyIn("org.apache.ignite", "dev.kvasir.grid.ignite"::equals);
  }

  @Test
  void hazelcast_isSeenOnlyByItsGrid() {
    assertOnlyIn("com.hazelcast", "dev.kvasir.grid.hazelcast"::equals);
  }

  @Test
  void lucene_isSeenOnlyByTheCorpora() {
    assertOnlyIn("org.apache.lucene", "dev.kvasir.warmup.corpus"::equals);
  }

  @Test
  void redis_isSeenOnlyByTheBenchmarkThatComparesWithIt() {
    assertOnlyIn("redis.clients", "dev.kvasir.bench.grid"::equals);
  }

  @Test
  void yaml_isSeenOnlyByTheConfiguration() {
    assertOnlyIn("com.fasterxml.jackson.dataformat.yaml", "dev.kvasir.config"::equals);
  }

  @Test
  void vertx_isSeenOnlyByHttpPackages() {
    assertOnlyIn("io.vertx", name -> name.matches(".*\\.http(\\..*)?"));
  }

  @Test
  void openTelemetrySdk_isSeenOnlyByTheNodes() {
    assertOnlyIn("io.opentelemetry.sdk", "dev.kvasir.cli.node"::equals);
    assertOnlyIn("io.opentelemetry.exporter", "dev.kvasir.cli.node"::equals);
  }

  @Test
  void modules_nameOnlyModulesBelowThem() {
    Map<String, String> moduleOf =
        sources.stream()
            .collect(Collectors.toMap(Source::packageName, Source::module, FenceTest::sameModule));
    assertThat(MAY_SEE.keySet()).isEqualTo(Set.copyOf(moduleOf.values()));
    List<String> wrong =
        sources.stream()
            .flatMap(source ->
                source.names().stream()
                    .map(name -> moduleOf.getOrDefault(name, source.module()))
                    .filter(seen -> !seen.equals(source.module()))
                    .filter(seen -> !MAY_SEE.getOrDefault(source.module(), Set.of()).contains(seen))
                    .map(seen -> source.file() + " names " + seen))
            .toList();
    assertThat(wrong).isEmpty();
  }

  @Test
  void packages_haveNoCycles() {
    Map<String, Set<String>> graph = new TreeMap<>();
    for (Source source : sources) {
      graph.computeIfAbsent(source.packageName(), name -> new TreeSet<>()).addAll(source.names());
    }
    graph.forEach((name, seen) -> {
      seen.remove(name);
      seen.retainAll(graph.keySet());
    });
    assertThat(graph.keySet().stream().filter(name -> reaches(graph, name, name)))
        .as("packages that reach themselves")
        .isEmpty();
  }

  private static boolean reaches(Map<String, Set<String>> graph, String from, String to) {
    Set<String> seen = new TreeSet<>();
    var next = new ArrayDeque<>(graph.get(from));
    while (!next.isEmpty()) {
      String name = next.poll();
      if (name.equals(to)) {
        return true;
      }
      if (seen.add(name)) {
        next.addAll(graph.get(name));
      }
    }
    return false;
  }

  private static void assertOnlyIn(String word, Predicate<String> allowed) {
    assertThat(
            sources.stream()
                .filter(source -> source.code().contains(word))
                .filter(source -> !allowed.test(source.packageName()))
                .map(Source::file))
        .as("files that name " + word)
        .isEmpty();
  }

  private static String sameModule(String one, String other) {
    assertThat(one).as("a package lies in one module").isEqualTo(other);
    return one;
  }

  private static List<Path> mainFolders(Path root) throws IOException {
    try (Stream<Path> folders = Files.walk(root, 5)) {
      return folders.filter(folder -> folder.endsWith("src/main/java")).toList();
    }
  }

  private record Source(String module, Path file, String packageName, String code) {
    static Source read(String module, Path file) {
      try {
        String code = COMMENT.matcher(Files.readString(file)).replaceAll("");
        Matcher found = PACKAGE.matcher(code);
        assertThat(found.find()).as("package of " + file).isTrue();
        return new Source(module, file, found.group(1), code);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The packages of ours that this file names. */
    Set<String> names() {
      return OURS.matcher(code).results().map(m -> m.group()).collect(Collectors.toSet());
    }
  }
}
