package dev.kvasir.cli.faults;

import dev.kvasir.cli.api.Answer;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.api.Document;
import dev.kvasir.cli.console.TextTable;
import dev.kvasir.store.grid.join.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Never slower than no cache: time to first token of prompts of about 1,000 tokens that nobody has
 * seen, with all cache nodes frozen and then killed, against a process without a store. The two
 * processes are asked the same prompts in turn, each first every second time.
 */
public final class FrozenRun {
  private static final int WARM_UP = 4;
  private static final int UNCOUNTED = 3;
  private static final int PASSAGES = 10;
  private static final int SENTENCES = 4;
  private static final int ANSWER_TOKENS = 2;
  private static final double TAIL = 0.95;
  private static final String QUESTION = "Which place is named first?";

  private final Plan plan;
  private final int pairs;
  private final Consumer<String> progress;
  private final Prompts prompts;

  /** Measures that many pairs of requests in each state of the grid. */
  public FrozenRun(Plan plan, int pairs, Consumer<String> progress) {
    this.plan = plan;
    this.pairs = pairs;
    this.progress = progress;
    prompts = new Prompts(plan.seed());
  }

  private record Pair(Answer with, Answer without) {}

  /** Two rows: the grid frozen, the grid absent. */
  public String run() {
    int port = FreePorts.find();
    try (Cluster cluster =
        new Cluster(plan, Networks.shared(Cluster.CACHE_NODES), 0, 1, (_, _) -> {})) {
      Files.createDirectories(plan.folder());
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(cluster::close));
      Child alone = Reference.serve(plan, "alone", port);
      try (ApiClient with = new ApiClient(cluster.url(cluster.decodes().getFirst()));
          ApiClient without = new ApiClient(URI.create("http://127.0.0.1:" + port))) {
        Reference.start(plan, alone);
        cluster.start();
        return measure(cluster, with, without);
      } finally {
        alone.kill();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String measure(Cluster cluster, ApiClient with, ApiClient without) {
    progress.accept("warming up");
    ask(with, without, WARM_UP);
    progress.accept("the grid is frozen");
    cluster.caches().forEach(Child::pause);
    ask(with, without, UNCOUNTED);
    List<Pair> frozen = ask(with, without, pairs);
    progress.accept("the grid is gone");
    cluster.caches().forEach(Child::kill);
    ask(with, without, UNCOUNTED);
    List<Pair> absent = ask(with, without, pairs);
    TextTable table =
        TextTable.of("grid", "p95 ms>", "p95 without>", "ratio>", "median ratio>", "differing>");
    row(table, "frozen", frozen);
    row(table, "absent", absent);
    return table.toString();
  }

  private List<Pair> ask(ApiClient with, ApiClient without, int count) {
    List<Pair> asked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Document> documents = prompts.passages(PASSAGES, SENTENCES);
      if (i % 2 == 0) {
        Answer first = ask(with, documents);
        asked.add(new Pair(first, ask(without, documents)));
      } else {
        Answer first = ask(without, documents);
        asked.add(new Pair(ask(with, documents), first));
      }
    }
    return asked;
  }

  private static Answer ask(ApiClient client, List<Document> documents) {
    return client.ask(QUESTION, documents, "block", ANSWER_TOKENS);
  }

  private static void row(TextTable table, String grid, List<Pair> pairs) {
    double with = share(pairs.stream().map(pair -> millis(pair.with())).toList(), TAIL);
    double without = share(pairs.stream().map(pair -> millis(pair.without())).toList(), TAIL);
    double median =
        share(
            pairs.stream().map(pair -> millis(pair.with()) / millis(pair.without())).toList(), 0.5);
    long differing =
        pairs.stream().filter(pair -> !pair.with().text().equals(pair.without().text())).count();
    table.row(
        grid,
        number(with, 0),
        number(without, 0),
        number(with / without, 2),
        number(median, 2),
        differing);
  }

  private static double millis(Answer answer) {
    return answer.timeToFirstToken().toNanos() / 1e6;
  }

  private static double share(List<Double> values, double share) {
    return values.stream().sorted().toList().get((int) Math.ceil(share * values.size()) - 1);
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
