package dev.kvasir.cli.node;

import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.decode.PassMetrics;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.batch.BatchLimits;
import dev.kvasir.engine.batch.BatchingEngine;
import dev.kvasir.engine.gate.BlockGate;
import dev.kvasir.engine.gate.Verdict;
import dev.kvasir.engine.model.AdaptedModel.Precision;
import dev.kvasir.engine.model.ModelFiles;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.engine.prompt.Scoping;
import dev.kvasir.engine.tokenizer.Tokenizer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** A model ready to compute, with its tokenizer; the closers own its parts. */
record LoadedModel(LlamaEngine plain, Engine engine, Tokenizer tokenizer, ArrowBlockCodec codec) {
  private static final Logger LOG = LoggerFactory.getLogger(LoadedModel.class);

  static LoadedModel open(NodeOptions options, MeterRegistry registry, Closers closers) {
    ModelFiles files = closers.add(openFiles(options));
    PassMetrics passes = new PassMetrics(registry);
    LlamaEngine plain = LlamaEngine.open(files, ModuleSettings.engine(options.config().model()));
    BatchingEngine engine = new BatchingEngine(plain, BatchLimits.defaults(), passes);
    passes.watch(engine);
    return new LoadedModel(
        plain, closers.add(engine), files.tokenizer(), closers.add(new ArrowBlockCodec()));
  }

  /** The configured model, with its adapter; the caller closes it. */
  static ModelFiles openFiles(NodeOptions options) {
    ModelFiles files = ModelFiles.open(options.model());
    return options
        .adapter()
        .map(adapter -> files.withAdapter(adapter, Precision.FLOAT16))
        .orElse(files);
  }

  /** Whether blocks may be used with it; takes a moment, before anybody asks anything. */
  Verdict gate(MeterRegistry registry) {
    Verdict verdict = BlockGate.check(plain, tokenizer::encode);
    Gauge.builder("kvasir.block.gate", () -> verdict.passed() ? 1 : 0).register(registry);
    Gauge.builder("kvasir.block.gate.difference", verdict::difference).register(registry);
    LOG.atLevel(verdict.passed() ? Level.INFO : Level.WARN)
        .log("model={} gate: {}", engine.model().name(), verdict.sentence());
    return verdict;
  }

  /** How prompts of such callers are laid out. */
  PromptLayout layout(Scoping scoping) {
    if (tokenizer.vocabulary() > engine.model().vocabulary()) {
      throw new UserError(
          "the tokenizer has %d tokens, the model only %d: they do not belong together"
              .formatted(tokenizer.vocabulary(), engine.model().vocabulary()));
    }
    try {
      return new PromptLayout(
          tokenizer, engine.model().fingerprint(), engine.elementType(), scoping);
    } catch (IllegalArgumentException e) {
      throw new UserError("the model's chat template cannot be used: " + e.getMessage(), e);
    }
  }
}
