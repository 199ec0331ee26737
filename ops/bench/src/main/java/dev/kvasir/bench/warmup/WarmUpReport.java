package dev.kvasir.bench.warmup;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.bench.Machine;
import dev.kvasir.store.StoreStats;
import dev.kvasir.warmup.job.Job;
import dev.kvasir.warmup.job.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What was measured.
 *
 * @param job the warm-up whose encodes were measured
 * @param filled what the cache held then
 */
public record WarmUpReport(int questions, Job job, StoreStats filled, List<Replay> replays) {
  private static final double MEBI = 1 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  public WarmUpReport {
    replays = List.copyOf(replays);
  }

  /** Blocks encoded for each second of the warm-up. */
  double blocksPerSecond() {
    Progress progress = job.progress();
    return progress.total().encoded() * 1_000.0 / progress.busyMillis();
  }

  /** As text. */
  public String table() {
    Progress.Counts counts = job.progress().total();
    StringBuilder text = new StringBuilder();
    text.append(
        """
        questions    %,d with %,d passages, %,d of them different
        warm-up      %,d blocks, %,d tokens in %.1f s: %.2f passages/s, %,.0f tokens/s
        stored       %,d blocks, %,.1f MiB, %,d bytes a token
        """
            .formatted(
                questions,
                job.plan().passages(),
                job.plan().blocks(),
                counts.encoded(),
                counts.encodedTokens(),
                job.progress().busyMillis() / 1_000.0,
                blocksPerSecond(),
                job.progress().tokensPerSecond().orElse(0),
                filled.blocks(),
                filled.bytes() / MEBI,
                filled.bytes() / Math.max(1, counts.encodedTokens())));
    replays.forEach(replay ->
        text.append(
            "hit rate     %5.1f %%  (%,d of %,d)  %s%n"
                .formatted(
                    100 * replay.hitRate(), replay.hits(), replay.lookups(), replay.name())));
    return text.toString();
  }

  /** Writes the figures, with the machine's line. */
  public void write(Path file, Path root) throws IOException {
    Progress.Counts counts = job.progress().total();
    ObjectNode node = JSON.createObjectNode();
    node.put("questions", questions);
    node.put("passages", job.plan().passages());
    node.put("blocks", counts.encoded());
    node.put("tokens", counts.encodedTokens());
    node.put("seconds", job.progress().busyMillis() / 1_000.0);
    node.put("passages_per_second", blocksPerSecond());
    node.put("tokens_per_second", job.progress().tokensPerSecond().orElse(0));
    node.put("stored_blocks", filled.blocks());
    node.put("stored_bytes", filled.bytes());
    ArrayNode rates = node.putArray("replays");
    replays.forEach(replay ->
        rates
            .addObject()
            .put("cache", replay.name())
            .put("lookups", replay.lookups())
            .put("hits", replay.hits())
            .put("hit_rate", replay.hitRate()));
    node.put("machine", Machine.line(root));
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), node);
  }
}
