package dev.kvasir.decode;

import dev.kvasir.block.TokenIds;
import dev.kvasir.decode.PromptReport.BlockReport;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** From a prompt to the logits of the first answer token, in either mode. Thread-safe. */
final class PromptRunner {
  private final Engine engine;
  private final BlockResolver resolver;

  PromptRunner(Engine engine, BlockResolver resolver) {
    this.engine = engine;
    this.resolver = resolver;
  }

  /** Brings the blocks that the mode needs; in full mode none. */
  CompletableFuture<ResolvedBlocks> resolve(SegmentedPrompt prompt, AttentionMode mode) {
    return switch (mode) {
      case BLOCK -> resolver.resolve(prompt.blocks());
      case FULL ->
          CompletableFuture.completedFuture(
              new ResolvedBlocks(List.of(), fullReports(prompt), List.of()));
    };
  }

  private static List<BlockReport> fullReports(SegmentedPrompt prompt) {
    return prompt.blocks().stream()
        .map(block ->
            new BlockReport(block.key(), block.tokens().size(), Source.FULL, 0, Duration.ZERO))
        .toList();
  }

  static PromptReport report(SegmentedPrompt prompt, ResolvedBlocks blocks) {
    int cached = 0;
    for (BlockReport block : blocks.reports()) {
      cached +=
          switch (block.source()) {
            case LOCAL, GRID, DISK -> block.tokens();
            case ENCODED, FULL -> 0;
          };
    }
    int tokens = prompt.tokens();
    return new PromptReport(tokens, tokens - cached, cached, blocks.reports());
  }

  /** An empty state behind the blocks, with room for the rest of the prompt. */
  RequestKv open(SegmentedPrompt prompt, AttentionMode mode, ResolvedBlocks blocks) {
    return switch (mode) {
      case BLOCK ->
          new RequestKv(engine, blocks.placed(), prompt.finalStart(), prompt.finalBlock().size());
      case FULL -> new RequestKv(engine, List.of(), 0, prompt.tokens());
    };
  }

  /**
   * Computes what is left of the prompt; the logits of its last token.
   *
   * @throws java.util.concurrent.CancellationException if it was stopped before its end
   */
  float[] compute(
      SegmentedPrompt prompt, AttentionMode mode, RequestKv kv, BooleanSupplier stopped) {
    TokenIds rest =
        switch (mode) {
          case BLOCK -> prompt.finalBlock();
          case FULL -> prompt.allTokens();
        };
    return kv.append(rest, stopped);
  }
}
