package dev.kvasir.bench.engine;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.Checks;
import dev.kvasir.bench.rival.LlamaDriver;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Largest resident size of a fresh process that holds 8000 cached tokens and answers once. */
final class MemoryWork implements Measured {
  private static final int CONTEXT = 8000;
  private static final int CELLS = 8192;
  private static final double MEBIBYTE = 1 << 20;

  private final Inputs inputs;
  private final SegmentedPrompt prompt;
  private final List<Double> own = new ArrayList<>();
  private final List<Double> rival = new ArrayList<>();
  private int token = -1;

  MemoryWork(Inputs inputs) {
    this.inputs = inputs;
    this.prompt = inputs.prompts().withContext(CONTEXT).segmented(inputs.layout());
  }

  @Override
  public void prepare() {}

  @Override
  public void measure() {
    String[] answer = child().strip().split(" ", -1);
    int answered = Integer.parseInt(answer[1]);
    Checks.require(token < 0 || token == answered, "rss: the token is not the one of before");
    token = answered;
    own.add(Long.parseLong(answer[0]) / MEBIBYTE);
    if (inputs.driver().isPresent()) {
      rival.add(llama() / MEBIBYTE);
    }
  }

  private String child() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(
            MemoryChild.class.getName(),
            inputs.home().model().toString(),
            Integer.toString(inputs.threads()),
            inputs.engine().elementType().name()));
    inputs.model().adapter().ifPresent(folder -> command.add(folder.toString()));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      try (Writer ids = process.outputWriter(StandardCharsets.US_ASCII)) {
        for (CacheableBlock block : prompt.blocks()) {
          ids.write(MemoryChild.line(block.tokens()));
        }
        ids.write(MemoryChild.line(prompt.finalBlock()));
      }
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      Checks.require(process.waitFor() == 0, "rss: the child process failed: is the heap enough?");
      return output;
    } catch (IOException e) {
      throw new BenchException("rss: the child process failed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted");
    }
  }

  private double llama() {
    TokenIds prefix = TokenIds.of(Arrays.copyOf(prompt.allTokens().toArray(), prompt.finalStart()));
    try (LlamaDriver fresh = LlamaDriver.start(inputs.home())) {
      fresh.hit(inputs.half(false, CELLS), prefix, prompt.finalBlock());
      return fresh.peakRssBytes();
    }
  }

  @Override
  public List<Row> rows() {
    return List.of(
        new Row(
            Work.RSS.label(),
            "MiB",
            Spread.of(own),
            rival.isEmpty() ? Optional.empty() : Optional.of(Spread.of(rival)),
            rival.isEmpty() ? Rival.MISSING : inputs.half(false, CELLS).label() + ", fresh process",
            Row.RatioOf.OWN_TO_RIVAL));
  }

  @Override
  public void close() {}
}
