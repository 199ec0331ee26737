package dev.kvasir.decode.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.DecodeOptions;
import dev.kvasir.decode.DecodeWorker;
import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.decode.PassMetrics;
import dev.kvasir.decode.Sampling;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.batch.BatchLimits;
import dev.kvasir.engine.batch.BatchingEngine;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.repair.Repair;
import dev.kvasir.engine.tokenizer.Tokenizer;
import dev.kvasir.prefill.PrefillOptions;
import dev.kvasir.prefill.PrefillWorker;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.memory.MemoryBlockStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.TracerProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A decode worker and a prefill worker over a real engine, which it borrows and batches for.
 * Closing it checks that the engine has no open segment.
 */
public final class RealRig implements AutoCloseable {
  public final LlamaEngine engine;
  public final ArrowBlockCodec codec = new ArrowBlockCodec();
  public final BlockStore store;
  public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  public final PrefillWorker prefill;
  public final DecodeWorker decode;

  /** With a store of its own and everything at its default. */
  public RealRig(LlamaEngine engine, Tokenizer tokenizer) {
    this(engine, tokenizer, new MemoryBlockStore(), 1_024, 1L << 30);
  }

  public RealRig(
      LlamaEngine engine,
      Tokenizer tokenizer,
      BlockStore store,
      int maxBatchTokens,
      long cacheBytes) {
    this.engine = engine;
    this.store = store;
    PrefillOptions options =
        new PrefillOptions(
            1_000,
            maxBatchTokens,
            4,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            1L << 30);
    BatchingEngine batching =
        new BatchingEngine(engine, BatchLimits.defaults(), new PassMetrics(registry));
    prefill = new PrefillWorker(batching, codec, store, options, registry);
    decode =
        new DecodeWorker(
            new DecodeWorker.Parts(
                batching,
                tokenizer,
                codec,
                store,
                prefill,
                _ -> {},
                registry,
                TracerProvider.noop().get("none")),
            DecodeOptions.defaults().withCacheBytes(cacheBytes));
  }

  public float[] logits(SegmentedPrompt prompt) {
    return decode.generator().firstLogits(prompt, AttentionMode.BLOCK);
  }

  public float[] logits(SegmentedPrompt prompt, Repair repair) {
    return decode.generator().firstLogits(prompt, AttentionMode.BLOCK, repair);
  }

  public RecordedAnswer answer(SegmentedPrompt prompt, AttentionMode mode, int maxTokens) {
    RecordedAnswer answer = start(prompt, mode, maxTokens);
    answer.completion();
    return answer;
  }

  /** Does not wait for the answer. */
  public RecordedAnswer start(SegmentedPrompt prompt, AttentionMode mode, int maxTokens) {
    RecordedAnswer answer = new RecordedAnswer();
    decode
        .generator()
        .generate(new GenerationRequest(prompt, mode, Sampling.greedy(maxTokens)), answer);
    return answer;
  }

  /** Encodes all blocks at once. */
  public List<EncodedBlock> encode(List<CacheableBlock> blocks) {
    List<CompletableFuture<EncodedBlock>> encoding = blocks.stream().map(prefill::encode).toList();
    return encoding.stream().map(CompletableFuture::join).toList();
  }

  @Override
  public void close() {
    decode.close();
    prefill.close();
    assertThat(engine.segmentBytes()).as("segment bytes left").isZero();
    assertThat(codec.allocatedBytes()).as("codec memory left").isZero();
    codec.close();
  }
}
