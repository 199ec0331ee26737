package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Board and alerts name metrics of the page, and the page those that the sources register. */
class MetricNamesTest {
  private static final Path ROOT = Path.of(System.getProperty("kvasir.root"));
  private static final Pattern METRIC = Pattern.compile("\\b(?:kvasir|gen_ai_server)_[a-z_]+");
  private static final Pattern REGISTERED =
      Pattern.compile("\"((?:kvasir|gen_ai\\.server)\\.[a-z._]+)\"");
  private static final Pattern UNIT = Pattern.compile("_(seconds|total)$");

  @Test
  void boardAndAlerts_nameMetricsOfThePage() throws IOException {
    Set<String> described = names(page());
    for (String file : List.of("grafana.json", "alerts.yaml")) {
      Set<String> used =
          names(Files.readString(ROOT.resolve("ops/deploy").resolve(file))).stream()
              .map(name -> name.replaceFirst("_(bucket|count|sum)$", ""))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(used).as(file).isNotEmpty();
      assertThat(described).as(file).containsAll(used);
    }
  }

  @Test
  void page_namesMetricsOfTheSources() throws IOException {
    Set<String> registered = registered();
    assertThat(names(page()))
        .hasSizeGreaterThan(30)
        .allSatisfy(name -> assertThat(registered).contains(UNIT.matcher(name).replaceFirst("")));
  }

  private static String page() throws IOException {
    return Files.readString(ROOT.resolve("ops/docs/telemetry.md"));
  }

  private static Set<String> names(String text) {
    return METRIC.matcher(text).results().map(m -> m.group()).collect(Collectors.toSet());
  }

  /** As Prometheus shows them, without the unit. */
  private static Set<String> registered() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file :
          files.filter(f -> f.toString().matches(".*/src/main/java/.*\\.java")).toList()) {
        Matcher found = REGISTERED.matcher(Files.readString(file));
        while (found.find()) {
          names.add(found.group(1).replace('.', '_'));
        }
      }
    }
    return names;
  }
}
