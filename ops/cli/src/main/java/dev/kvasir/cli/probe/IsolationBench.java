package dev.kvasir.cli.probe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.cli.api.Json;
import dev.kvasir.cli.console.TextTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Tries to learn from times what another tenant has stored. The owner encodes every other passage;
 * the prober looks all of them up and then encodes them, in random order. The control does the same
 * with the prober's own blocks, which he may know of: it shows that the clock would notice.
 */
final class IsolationBench {
  private static final int PER_ROUND = 500;
  private static final int WARM_UP = 200;
  private static final int BATCH = 50;

  private final BlocksClient owner;
  private final BlocksClient prober;
  private final Runnable forget;
  private final Random random;
  private final Samples foreignLookups = new Samples();
  private final Samples foreignEncodes = new Samples();
  private final Samples ownLookups = new Samples();
  private final Samples ownEncodes = new Samples();
  private int leaks;
  private int wrongAnswers;

  /**
   * A bench over two tenants.
   *
   * @param forget deletes both tenants' blocks
   */
  IsolationBench(BlocksClient owner, BlocksClient prober, Runnable forget, long seed) {
    this.owner = owner;
    this.prober = prober;
    this.forget = forget;
    this.random = new Random(seed);
  }

  /** Probes that many passages for each kind of call. */
  void run(int probes, Consumer<String> progress) {
    warmUp();
    for (int done = 0; done < probes; done += PER_ROUND) {
      round(Math.min(PER_ROUND, probes - done));
      forget.run();
      progress.accept("%d of %d passages".formatted(Math.min(probes, done + PER_ROUND), probes));
    }
  }

  private void warmUp() {
    for (String passage : passages(WARM_UP)) {
      owner.encode(List.of(passage));
      prober.lookup(passage);
      prober.encode(List.of(passage));
    }
    forget.run();
  }

  private void round(int size) {
    List<String> passages = passages(size);
    List<String> stored = passages.subList(0, size / 2);
    for (int i = 0; i < stored.size(); i += BATCH) {
      owner.encode(stored.subList(i, Math.min(stored.size(), i + BATCH)));
    }
    List<Integer> order = order(size);
    for (int i : order) {
      BlocksClient.Timed probe = prober.lookup(passages.get(i));
      foreignLookups.add(i < size / 2, probe.millis());
      leaks += probe.stored() ? 1 : 0;
    }
    for (int i : order) {
      double millis = prober.encode(List.of(passages.get(i))).millis();
      foreignEncodes.add(i < size / 2, millis);
      ownEncodes.add(false, millis);
    }
    control(passages);
  }

  private void control(List<String> own) {
    int size = own.size() / 2;
    List<String> fresh = passages(size);
    for (int i : order(2 * size)) {
      boolean stored = i < size;
      BlocksClient.Timed probe = prober.lookup(stored ? own.get(i) : fresh.get(i - size));
      ownLookups.add(stored, probe.millis());
      wrongAnswers += probe.stored() == stored ? 0 : 1;
    }
    for (int i : order(size)) {
      ownEncodes.add(true, prober.encode(List.of(own.get(i))).millis());
    }
  }

  private List<String> passages(int count) {
    List<String> passages = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      passages.add("Note " + HexFormat.of().toHexDigits(random.nextInt()));
    }
    return passages;
  }

  private List<Integer> order(int count) {
    List<Integer> order = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    return order;
  }

  /** The figures. */
  ObjectNode json() {
    ObjectNode report = Json.object();
    put(report.putObject("lookup"), foreignLookups, ownLookups)
        .put("foreign_blocks_shown_as_stored", leaks)
        .put("own_answers_wrong", wrongAnswers);
    put(report.putObject("encode"), foreignEncodes, ownEncodes);
    return report;
  }

  private static ObjectNode put(ObjectNode node, Samples foreign, Samples own) {
    return node.put("probes", foreign.count())
        .put("foreign_auc", foreign.auc())
        .put("foreign_stored_median_ms", foreign.hitMedian())
        .put("foreign_missing_median_ms", foreign.missMedian())
        .put("own_probes", own.count())
        .put("own_auc", own.auc())
        .put("own_stored_median_ms", own.hitMedian())
        .put("own_missing_median_ms", own.missMedian());
  }

  /** The figures for people. */
  String table() {
    TextTable table =
        TextTable.of("call", "blocks", "probes>", "stored ms>", "missing ms>", "AUC of times>");
    row(table, "lookup", "another tenant's", foreignLookups);
    row(table, "lookup", "own (control)", ownLookups);
    row(table, "encode", "another tenant's", foreignEncodes);
    row(table, "encode", "own (control)", ownEncodes);
    return table
        + "foreign blocks shown as stored: %d, own blocks shown wrongly: %d%n"
            .formatted(leaks, wrongAnswers);
  }

  private static void row(TextTable table, String call, String whose, Samples samples) {
    table.row(
        call,
        whose,
        samples.count(),
        number("%.2f", samples.hitMedian()),
        number("%.2f", samples.missMedian()),
        number("%.3f", samples.auc()));
  }

  private static String number(String form, double value) {
    return String.format(Locale.ROOT, form, value);
  }
}
