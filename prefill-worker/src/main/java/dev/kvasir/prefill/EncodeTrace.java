package dev.kvasir.prefill;

import dev.kvasir.engine.prompt.CacheableBlock;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.List;

/** What a trace shows of an encode: the lookup before it, and its batch. Thread-safe. */
record EncodeTrace(Tracer tracer) {

  /** The lookup of the block and the right to encode it; the caller ends it. */
  Span lookup(CacheableBlock block, Encode encode) {
    return step("lookup", block, encode.trace()).startSpan();
  }

  /** A batch that was encoded since then: a step in the trace of each of its blocks. */
  void encoded(List<EncodeJob> batch, Instant since) {
    for (EncodeJob job : batch) {
      step("encode", job.block(), job.encode().trace())
          .setStartTimestamp(since)
          .setAttribute("kvasir.batch.blocks", batch.size())
          .startSpan()
          .end();
    }
  }

  private SpanBuilder step(String name, CacheableBlock block, Context trace) {
    return tracer
        .spanBuilder(name)
        .setParent(trace)
        .setAttribute("kvasir.block", block.key().toString())
        .setAttribute("kvasir.tokens", block.tokens().size());
  }
}
