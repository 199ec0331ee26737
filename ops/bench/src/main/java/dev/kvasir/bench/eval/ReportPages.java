package dev.kvasir.bench.eval;

import dev.kvasir.bench.eval.BarChart.Bar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A report as people read it: the same tables and plots in Markdown and in HTML. */
record ReportPages(EvalReport report, List<Plot> plots, Table rows, Table differences) {
  private static final String NOTE =
      "acc: per cent of answers in which a right one occurs (SQuAD's normalisation), the paper's"
          + " metric; NLL: of the first right answer, nats a token; same first, KL: of the first"
          + " token, against full attention over the same ids; computed: tokens that run through"
          + " the model once blocks are there; intervals: 95 %, bootstrap over questions.";

  /** A picture, and what its file's name ends in. */
  record Plot(String name, BarChart chart) {}

  /** Cells of text, the head first. */
  record Table(List<String> head, List<List<String>> rows) {}

  static ReportPages of(EvalReport report) {
    return new ReportPages(
        report,
        Stream.of(
                plot(
                    report,
                    "accuracy",
                    "Accuracy, per cent (95 % interval)",
                    "%",
                    EvalRow::accuracy),
                plot(report, "nll", "NLL of the right answer, nats a token", "", EvalRow::nll))
            .filter(plot -> !plot.chart().bars().isEmpty())
            .toList(),
        new Table(
            List.of(
                "model",
                "mode",
                "n",
                "acc %",
                "interval",
                "exact %",
                "F1 %",
                "NLL",
                "same first %",
                "KL median",
                "computed %",
                "TTFT ms"),
            report.rows().stream().map(ReportPages::cells).toList()),
        new Table(
            List.of("setting", "minus", "n", "acc, points", "F1, points", "NLL", "same answer %"),
            report.differences().stream().map(ReportPages::cells).toList()));
  }

  private static Plot plot(
      EvalReport report,
      String name,
      String title,
      String unit,
      Function<EvalRow, @Nullable Interval> of) {
    List<Bar> bars =
        report.rows().stream()
            .flatMap(row ->
                Stream.ofNullable(of.apply(row))
                    .map(value -> new Bar(row.model() + " " + row.mode(), value)))
            .toList();
    return new Plot(name, new BarChart(title, unit, bars));
  }

  private static List<String> cells(EvalRow row) {
    Interval nll = row.nll();
    return List.of(
        row.model(),
        row.mode(),
        Integer.toString(row.questions()),
        figure(row.accuracy().mean(), 1),
        "%s to %s".formatted(figure(row.accuracy().low(), 1), figure(row.accuracy().high(), 1)),
        figure(row.exact(), 1),
        figure(row.f1(), 1),
        figure(nll == null ? null : nll.mean(), 3),
        figure(row.sameFirst(), 1),
        figure(row.klMedian(), 4),
        figure(row.computed(), 1),
        figure(row.ttftMillis(), 0));
  }

  private static List<String> cells(PairedRow row) {
    return List.of(
        row.setting(),
        row.against(),
        Integer.toString(row.questions()),
        interval(row.accuracy(), 1),
        interval(row.f1(), 1),
        interval(row.nll(), 3),
        figure(row.sameAnswer(), 0));
  }

  private static String interval(@Nullable Interval value, int digits) {
    if (value == null) {
      return "–";
    }
    String form = "%%+.%df [%%+.%df, %%+.%df]".formatted(digits, digits, digits);
    return String.format(Locale.ROOT, form, value.mean(), value.low(), value.high());
  }

  private static String figure(@Nullable Double value, int digits) {
    return value == null ? "–" : String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** Beside the file, under its name with other endings. */
  void write(Path json) throws IOException {
    for (Plot plot : plots) {
      Files.writeString(beside(json, "." + plot.name() + ".svg"), plot.chart().svg());
    }
    String stem = stem(json);
    Files.writeString(beside(json, ".md"), markdown(stem));
    Files.writeString(beside(json, ".html"), html());
  }

  private static String stem(Path json) {
    return json.getFileName().toString().replaceFirst("\\.json$", "");
  }

  private static Path beside(Path json, String ending) {
    return json.resolveSibling(stem(json) + ending);
  }

  String markdown(String stem) {
    String pictures =
        plots.stream()
            .map(plot -> "![%s](%s.%s.svg)".formatted(plot.chart().title(), stem, plot.name()))
            .collect(Collectors.joining("\n\n"));
    return "# Evaluation\n\n%s\n\n%s\n\n## Differences, question by question\n\n%s\n\n%s\n\n%s\n"
        .formatted(source(), markdown(rows), markdown(differences), pictures, NOTE);
  }

  private String source() {
    return "Questions: %s. Machine: %s.".formatted(report.questions(), report.machine());
  }

  private static String markdown(Table table) {
    Stream<List<String>> rule = Stream.of(table.head().stream().map(_ -> "---").toList());
    return Stream.of(Stream.of(table.head()), rule, table.rows().stream())
        .flatMap(lines -> lines)
        .map(cells -> "| " + String.join(" | ", cells) + " |")
        .collect(Collectors.joining("\n"));
  }

  /** Both tables without pictures. */
  String text() {
    return markdown(rows) + "\n\n" + markdown(differences) + "\n";
  }

  String html() {
    String pictures =
        plots.stream().map(plot -> plot.chart().svg()).collect(Collectors.joining("\n"));
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><title>Evaluation</title>
    <style>body{font-family:sans-serif;margin:2em}table{border-collapse:collapse;margin:1em 0}
    td,th{border:1px solid #bbb;padding:3px 8px;text-align:right}
    td:first-child,td:nth-child(2){text-align:left}</style></head><body>
    <h1>Evaluation</h1>
    <p>%s</p>
    %s
    <h2>Differences, question by question</h2>
    %s
    %s
    <p>%s</p>
    </body></html>
    """
        .formatted(BarChart.escaped(source()), html(rows), html(differences), pictures, NOTE);
  }

  private static String html(Table table) {
    String body =
        table.rows().stream().map(cells -> line(cells, "td")).collect(Collectors.joining("\n"));
    return "<table>\n%s\n%s\n</table>".formatted(line(table.head(), "th"), body);
  }

  private static String line(List<String> cells, String tag) {
    return cells.stream()
        .map(cell -> "<%s>%s</%s>".formatted(tag, BarChart.escaped(cell), tag))
        .collect(Collectors.joining("", "<tr>", "</tr>"));
  }
}
