package dev.kvasir.bench.eval;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an evaluation found: a row a model and mode, and paired differences of those that belong
 * together.
 *
 * @param questions where they come from
 * @param machine what the times were measured on, and with how many questions at a time
 */
public record EvalReport(
    String questions, String machine, List<EvalRow> rows, List<PairedRow> differences) {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  public EvalReport {
    rows = List.copyOf(rows);
    differences = List.copyOf(differences);
  }

  /** All outcomes of one model, under the name that readers know it by. */
  public record Series(String name, List<EvalOutcome> outcomes) {
    public Series {
      outcomes = List.copyOf(outcomes);
    }

    private Map<String, List<EvalOutcome>> byMode() {
      return outcomes.stream()
          .collect(
              Collectors.groupingBy(EvalOutcome::mode, LinkedHashMap::new, Collectors.toList()));
    }
  }

  /** Sums up; differences are against full attention, the plainer mode, and the first model. */
  public static EvalReport of(String questions, String machine, List<Series> models) {
    List<EvalRow> rows = new ArrayList<>();
    List<PairedRow> differences = new ArrayList<>();
    for (Series model : models) {
      model.byMode().forEach((mode, of) -> rows.add(EvalRow.of(model.name(), mode, of)));
      for (String mode : model.byMode().keySet()) {
        Setting setting = new Setting(model, mode);
        within(setting).forEach(other -> differences.add(setting.minus(other)));
        Setting first = new Setting(models.getFirst(), mode);
        if (!model.equals(models.getFirst()) && !first.outcomes().isEmpty()) {
          differences.add(setting.minus(first));
        }
      }
    }
    return new EvalReport(questions, machine, rows, differences);
  }

  /** A model in a mode. */
  private record Setting(Series model, String mode) {
    List<EvalOutcome> outcomes() {
      return model.byMode().getOrDefault(mode, List.of());
    }

    String name() {
      return model.name() + " " + mode;
    }

    PairedRow minus(Setting other) {
      return PairedRow.of(name(), outcomes(), other.name(), other.outcomes());
    }
  }

  private static List<Setting> within(Setting setting) {
    EvalMode mode = EvalMode.of(setting.mode());
    List<EvalMode> others = new ArrayList<>();
    if (mode.readsAll() && !mode.equals(EvalMode.FULL_ATTENTION)) {
      others.add(EvalMode.FULL_ATTENTION);
    }
    mode.plainer().ifPresent(others::add);
    return others.stream()
        .map(other -> new Setting(setting.model(), other.label()))
        .filter(other -> !other.outcomes().isEmpty())
        .toList();
  }

  /**
   * Writes all of it: {@code .json}, {@code .md}, {@code .html} and the plots, beside each other.
   */
  public void write(Path json) throws IOException {
    MAPPER.writerWithDefaultPrettyPrinter().writeValue(json.toFile(), this);
    ReportPages.of(this).write(json);
  }

  /** The rows as lines of text. */
  public String table() {
    return ReportPages.of(this).text();
  }
}
