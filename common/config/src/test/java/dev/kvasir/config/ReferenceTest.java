package dev.kvasir.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The sample file and the reference page say what the records say. */
class ReferenceTest {
  private static final Path ROOT = Path.of(System.getProperty("kvasir.root"));
  private static final Path SAMPLE = ROOT.resolve("ops/deploy/kvasir.yaml");
  private static final Path PAGE = ROOT.resolve("ops/docs/configuration.md");
  private static final ObjectNode DEFAULTS = Mapping.mapper().valueToTree(KvasirConfig.defaults());

  private final Map<String, String> meanings = new LinkedHashMap<>();

  ReferenceTest() {
    collect(KvasirConfig.class, "");
  }

  @Test
  void about_everyKey_isExplained() {
    assertThat(meanings.keySet()).containsExactlyInAnyOrderElementsOf(Layer.valuePaths(DEFAULTS));
    assertThat(meanings.values()).allMatch(text -> text.length() > 10);
  }

  @Test
  void sample_file_hasEveryKeyWithItsDefaultAndMeaning() throws IOException {
    String keys = new YamlPrinter(path -> meanings.getOrDefault(path, "")).print(DEFAULTS);

    assertEndsWith(SAMPLE, "---\n" + keys);
  }

  @Test
  void sample_file_parsesToTheDefaults() {
    Effective<KvasirConfig> read =
        ConfigReader.read(
            KvasirConfig.class,
            KvasirConfig.defaults(),
            List.of(new ConfigSource.YamlFile(SAMPLE)));

    assertThat(read.value()).isEqualTo(KvasirConfig.defaults());
    assertThat(meanings.keySet()).allMatch(read::isSet);
  }

  @Test
  void page_table_hasEveryKeyWithItsDefaultVariableAndMeaning() throws IOException {
    StringBuilder table =
        new StringBuilder("| key | default | variable | meaning |\n|---|---|---|---|\n");
    meanings.forEach((key, meaning) ->
        table.append(
            "| `%s` | %s | `%s` | %s |%n"
                .formatted(key, shown(key), Variables.of(key), meaning.replace("|", "\\|"))));

    assertEndsWith(PAGE, "## Every key\n\n" + table);
  }

  private static String shown(String key) {
    String text = YamlPrinter.inline(DEFAULTS.at(Paths.pointer(key)));
    return text.isEmpty() ? "none" : "`" + text + "`";
  }

  /** What is generated is written beside the test's classes, to be copied from there. */
  private static void assertEndsWith(Path file, String generated) throws IOException {
    String written = Files.exists(file) ? Files.readString(file) : "";
    String marker = generated.substring(0, generated.indexOf('\n') + 1);
    String expected = written.substring(0, Math.max(0, written.indexOf(marker))) + generated;
    Path copy = Path.of("target").resolve(String.valueOf(file.getFileName()));
    Files.writeString(copy, expected);

    assertThat(written).as("%s: copy %s there", file, copy.toAbsolutePath()).isEqualTo(expected);
  }

  private void collect(Class<?> section, String path) {
    for (RecordComponent component : section.getRecordComponents()) {
      String name =
          ((PropertyNamingStrategies.SnakeCaseStrategy) PropertyNamingStrategies.SNAKE_CASE)
              .translate(component.getName());
      About about = component.getAnnotation(About.class);
      if (about == null) {
        collect(component.getType(), Paths.key(path, name));
      } else {
        meanings.put(Paths.key(path, name), about.value());
      }
    }
  }
}
