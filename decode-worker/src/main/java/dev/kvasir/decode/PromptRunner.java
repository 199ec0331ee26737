package dev.kvasir.decode;

import dev.kvasir.block.TokenIds;
import dev.kvasir.decode.PromptReport.BlockReport;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.RequestKv;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.repair.BlockPrompt;
import dev.kvasir.engine.repair.Repair;
import dev.kvasir.engine.repair.RepairCost;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** From a prompt to the logits of the first answer token, in every mode. Thread-safe. */
final class PromptRunner {
  private final Engine engine;
  private final BlockResolver resolver;
  private final PullMetrics metrics;
  private final Steps steps;

  PromptRunner(Engine engine, BlockResolver resolver, PullMetrics metrics, Steps steps) {
    this.engine = engine;
    this.resolver = resolver;
    this.metrics = metrics;
    this.steps = steps;
  }

  /**
   * Brings the blocks that the mode needs, in full mode none, and computes what is left of the
   * prompt and what the repair wants; the caller closes the result.
   *
   * @param cancelled done when the result is no longer wanted
   * @param heard is told how the prompt came together once that is known
   * @throws CancellationException if it was cancelled
   * @throws CompletionException with what made a block impossible to have
   */
  Prefilled prefill(
      SegmentedPrompt prompt,
      AttentionMode mode,
      Repair repair,
      CompletableFuture<?> cancelled,
      Consumer<PromptReport> heard) {
    Resolution resolution = resolve(prompt, mode);
    Optional<EarlyPass> pass = Optional.empty();
    try {
      if (repair.equals(Repair.NONE)) {
        pass = begin(prompt, resolution, cancelled);
      }
      pass.ifPresent(each -> compute(each, prompt, resolution, cancelled));
      ResolvedBlocks blocks = whole(resolution, cancelled);
      double repaired = RepairCost.tokens(repair, prompt, engine.model().geometry().layers());
      PromptReport report = report(prompt, blocks, (int) Math.ceil(repaired));
      heard.accept(report);
      Optional<Prefilled> done = pass.flatMap(each -> taken(each, resolution, blocks, report));
      return done.isPresent()
          ? done.get()
          : steps.in(
              "compute",
              _ ->
                  switch (mode) {
                    case BLOCK -> behind(prompt, repair, blocks, report, cancelled);
                    case FULL -> whole(prompt, blocks, report, cancelled);
                  });
    } catch (RuntimeException | Error e) {
      var _ = resolution.whole().thenAccept(ResolvedBlocks::close);
      throw e;
    } finally {
      pass.ifPresent(EarlyPass::close);
    }
  }

  private Resolution resolve(SegmentedPrompt prompt, AttentionMode mode) {
    return switch (mode) {
      case BLOCK -> resolver.resolve(prompt.blocks());
      case FULL -> Resolution.of(new ResolvedBlocks(List.of(), fullReports(prompt), List.of()));
    };
  }

  private static List<BlockReport> fullReports(SegmentedPrompt prompt) {
    return prompt.blocks().stream()
        .map(block ->
            new BlockReport(block.key(), block.tokens().size(), Source.FULL, 0, Duration.ZERO))
        .toList();
  }

  /** A pass over blocks that have all begun to arrive, if they are not whole by then. */
  private Optional<EarlyPass> begin(
      SegmentedPrompt prompt, Resolution resolution, CompletableFuture<?> cancelled) {
    if (resolution.whole().isDone()) {
      return Optional.empty();
    }
    await(resolution.begun().handle((_, _) -> true), cancelled);
    if (resolution.whole().isDone() || resolution.begun().state() != Future.State.SUCCESS) {
      return Optional.empty();
    }
    return resolution
        .early()
        .map(blocks ->
            new EarlyPass(engine, blocks, prompt.finalStart(), prompt.finalBlock().size()));
  }

  private void compute(
      EarlyPass pass,
      SegmentedPrompt prompt,
      Resolution resolution,
      CompletableFuture<?> cancelled) {
    var _ =
        steps.in(
            "compute",
            span -> {
              pass.run(prompt.finalBlock(), resolution.whole(), cancelled);
              return span.setAttribute("kvasir.waited_ms", pass.waited().toMillis());
            });
  }

  private static ResolvedBlocks whole(Resolution resolution, CompletableFuture<?> cancelled) {
    await(resolution.whole(), cancelled);
    return resolution.whole().join();
  }

  private static void await(CompletableFuture<?> future, CompletableFuture<?> cancelled) {
    CompletableFuture.anyOf(future, cancelled).join();
    if (cancelled.isDone()) {
      throw new CancellationException("the caller has left");
    }
  }

  private Optional<Prefilled> taken(
      EarlyPass pass, Resolution resolution, ResolvedBlocks blocks, PromptReport report) {
    Optional<Prefilled> done = pass.take(blocks, report);
    if (done.isPresent()) {
      metrics.used(resolution.elapsed(), pass);
    } else {
      metrics.discarded();
    }
    return done;
  }

  private static PromptReport report(SegmentedPrompt prompt, ResolvedBlocks blocks, int repaired) {
    int cached = 0;
    for (BlockReport block : blocks.reports()) {
      cached +=
          switch (block.source()) {
            case LOCAL, GRID, DISK -> block.tokens();
            case ENCODED, FULL -> 0;
          };
    }
    int tokens = prompt.tokens();
    return new PromptReport(tokens, tokens - cached + repaired, cached, blocks.reports());
  }

  private Prefilled behind(
      SegmentedPrompt prompt,
      Repair repair,
      ResolvedBlocks blocks,
      PromptReport report,
      CompletableFuture<?> cancelled) {
    BlockPrompt.Read read =
        new BlockPrompt(engine, prompt, blocks.placed()).read(repair, cancelled::isDone);
    return new Prefilled(blocks, read.kv(), read.logits(), report);
  }

  private Prefilled whole(
      SegmentedPrompt prompt,
      ResolvedBlocks blocks,
      PromptReport report,
      CompletableFuture<?> cancelled) {
    TokenIds tokens = prompt.allTokens();
    RequestKv kv = new RequestKv(engine, List.of(), 0, tokens.size());
    try {
      return new Prefilled(blocks, kv, kv.append(tokens, cancelled::isDone), report);
    } catch (RuntimeException | Error e) {
      kv.close();
      throw e;
    }
  }
}
