package dev.kvasir.cli.faults;

import dev.kvasir.cli.api.Answer;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.api.Document;
import dev.kvasir.cli.console.TextTable;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.cli.faults.PairedTimes.Pair;
import dev.kvasir.store.grid.join.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Never slower than no cache: time to first token of prompts of about 1,000 tokens with the cables
 * of all cache nodes throttled, all of them frozen, and all killed, against a process without a
 * store. The two processes are asked the same prompts in turn, each first every second time; the
 * grid is sound before each of the three.
 */
public final class FrozenRun {
  private static final int WARM_UP = 4;
  private static final int UNCOUNTED = 3;
  private static final int PASSAGES = 10;
  private static final int STORED = 2;
  private static final int SENTENCES = 4;
  private static final int ANSWER_TOKENS = 2;
  private static final int THROTTLED_BYTES_PER_SECOND = 1 << 20;
  private static final Duration SOUND = Duration.ofSeconds(60);
  private static final Duration STORES = Duration.ofSeconds(5);
  private static final String QUESTION = "Which place is named first?";

  private final Plan plan;
  private final int pairs;
  private final Consumer<String> progress;
  private final Prompts prompts;
  private final TextTable table =
      TextTable.of("grid", "p95 ms>", "p95 without>", "ratio>", "median ratio>", "differing>");
  private long differing;

  /** Measures that many pairs of requests in each state of the grid. */
  public FrozenRun(Plan plan, int pairs, Consumer<String> progress) {
    this.plan = plan;
    this.pairs = pairs;
    this.progress = progress;
    prompts = new Prompts(plan.seed());
  }

  private record Asked(Cluster cluster, ApiClient with, ApiClient without, Api api) {
    URI worker() {
      return cluster.url(cluster.decodes().getFirst());
    }
  }

  /**
   * A row for each state of the grid; throttling is said to be skipped where this user may not
   * throttle.
   *
   * @throws UserError if answers differed
   */
  public String run() {
    int port = FreePorts.find();
    try (Api api = new Api();
        Cluster cluster =
            new Cluster(plan, Networks.apart(Cluster.CACHE_NODES), 0, 1, (_, _) -> {})) {
      Files.createDirectories(plan.folder());
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(cluster::close));
      Child alone = Reference.serve(plan, "alone", port);
      try (ApiClient with = new ApiClient(cluster.url(cluster.decodes().getFirst()));
          ApiClient without = new ApiClient(URI.create("http://127.0.0.1:" + port))) {
        Reference.start(plan, alone);
        cluster.start();
        measure(new Asked(cluster, with, without, api));
      } finally {
        alone.kill();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (differing > 0) {
      throw new UserError(table + "answers differed: look at the logs in " + plan.folder());
    }
    return table.toString();
  }

  private void measure(Asked asked) {
    progress.accept("warming up");
    ask(asked, unseen(WARM_UP));
    throttled(asked);
    progress.accept("the grid is frozen");
    asked.cluster().caches().forEach(Child::pause);
    row("frozen", counted(asked, unseen(UNCOUNTED + pairs)));
    restart(asked);
    progress.accept("the grid is gone");
    asked.cluster().caches().forEach(Child::kill);
    row("absent", counted(asked, unseen(UNCOUNTED + pairs)));
  }

  /** Two of ten passages of each prompt lie in the grid, so that there is something to wait for. */
  private void throttled(Asked asked) {
    String name = "throttled to 1 MiB/s";
    List<List<Document>> partlyStored = unseen(UNCOUNTED + pairs);
    store(asked, partlyStored.stream().flatMap(prompt -> prompt.stream().limit(STORED)).toList());
    if (!asked.cluster().throttle(THROTTLED_BYTES_PER_SECOND)) {
      progress.accept("SKIPPED " + name + ": this user may not make network namespaces, or no tc");
      table.row(name, "skipped", "", "", "", "");
      return;
    }
    progress.accept("the grid is " + name);
    row(name, counted(asked, partlyStored));
    asked.cluster().unthrottle();
    awaitSound(asked, partlyStored.getFirst());
  }

  private void store(Asked asked, List<Document> passages) {
    progress.accept("storing " + passages.size() + " passages");
    for (int i = 0; i < passages.size(); i += PASSAGES) {
      ask(asked.with(), passages.subList(i, Math.min(passages.size(), i + PASSAGES)));
    }
    if (!Waiting.until(() -> stored(asked, passages) == passages.size(), plan.patient(SOUND))) {
      throw new UserError(
          "%d of %d passages are stored: look at the logs in %s"
              .formatted(stored(asked, passages), passages.size(), plan.folder()));
    }
  }

  private static int stored(Asked asked, List<Document> passages) {
    return asked.api().stored(asked.worker(), passages).map(found -> found.size()).orElse(0);
  }

  private void restart(Asked asked) {
    progress.accept("starting the grid again");
    List<Child> caches = asked.cluster().caches();
    caches.forEach(Child::kill);
    caches.forEach(Child::start);
    Cluster.awaitUp(caches, plan.patient(SOUND));
    awaitStores(asked);
  }

  /** Asks for other passages every time: what is encoded before the grid is seen is not stored. */
  private void awaitStores(Asked asked) {
    boolean stores =
        Waiting.until(
            () -> {
              List<Document> fresh = prompts.passages(PASSAGES, SENTENCES);
              ask(asked.with(), fresh);
              return Waiting.until(() -> stored(asked, fresh) == PASSAGES, STORES);
            },
            plan.patient(SOUND));
    if (!stores) {
      throw new UserError("nothing is stored any more: look at the logs in " + plan.folder());
    }
  }

  private void awaitSound(Asked asked, List<Document> prompt) {
    List<Document> stored = prompt.subList(0, STORED);
    if (!Waiting.until(() -> stored(asked, stored) == STORED, plan.patient(SOUND))) {
      throw new UserError("the grid did not recover: look at the logs in " + plan.folder());
    }
  }

  private List<List<Document>> unseen(int count) {
    return Stream.generate(() -> prompts.passages(PASSAGES, SENTENCES)).limit(count).toList();
  }

  private PairedTimes counted(Asked asked, List<List<Document>> documents) {
    List<Pair> all = ask(asked, documents);
    return new PairedTimes(all.subList(UNCOUNTED, all.size()));
  }

  private List<Pair> ask(Asked asked, List<List<Document>> documents) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < documents.size(); i++) {
      if (i % 2 == 0) {
        Answer with = ask(asked.with(), documents.get(i));
        pairs.add(new Pair(with, ask(asked.without(), documents.get(i))));
      } else {
        Answer without = ask(asked.without(), documents.get(i));
        pairs.add(new Pair(ask(asked.with(), documents.get(i)), without));
      }
    }
    return pairs;
  }

  private static Answer ask(ApiClient client, List<Document> documents) {
    return client.ask(QUESTION, documents, "block", ANSWER_TOKENS);
  }

  private void row(String grid, PairedTimes times) {
    differing += times.differing();
    table.row(
        grid,
        number(times.tailWith(), 0),
        number(times.tailWithout(), 0),
        number(times.tailWith() / times.tailWithout(), 2),
        number(times.medianRatio(), 2),
        times.differing());
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
