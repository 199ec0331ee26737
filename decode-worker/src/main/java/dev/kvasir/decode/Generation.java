package dev.kvasir.decode;

import dev.kvasir.block.TokenIds;
import dev.kvasir.decode.Completion.FinishReason;
import dev.kvasir.engine.sample.Sampler;
import dev.kvasir.engine.tokenizer.TextStream;
import dev.kvasir.engine.tokenizer.Tokenizer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on its way from prompt to answer, in the trace that was current when it was made; run
 * by one thread, cancelled by any.
 */
final class Generation implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Generation.class);

  private final Means means;
  private final GenerationRequest request;
  private final GenerationListener listener;
  private final Consumer<ServedPrompt> served;
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
  private final long since = System.nanoTime();
  private final Instant begun = Instant.now();
  private final Context trace = Context.current();
  private final Sampler sampler;
  private final TextStream stream;
  private final StringBuilder text = new StringBuilder();
  private int tokens;
  private Duration timeToFirstToken = Duration.ZERO;

  /** What all generations share. */
  record Means(PromptRunner runner, Tokenizer tokenizer, DecodeMetrics metrics, Steps steps) {}

  Generation(
      Means means,
      GenerationRequest request,
      GenerationListener listener,
      Consumer<ServedPrompt> served) {
    this.means = means;
    this.request = request;
    this.listener = listener;
    this.served = served;
    Sampling sampling = request.sampling();
    sampler = new Sampler(sampling.temperature(), sampling.topP(), sampling.seed());
    stream = new TextStream(means.tokenizer(), sampling.stop());
  }

  void cancel() {
    cancelled.complete(null);
  }

  @Override
  public void run() {
    FinishReason reason;
    try (Scope _ = trace.makeCurrent()) {
      means.steps().since(begun, "wait");
      reason = answer();
    } catch (RuntimeException | Error e) {
      LOG.debug("generation failed", e);
      listener.failed(e instanceof CompletionException && e.getCause() != null ? e.getCause() : e);
      return;
    }
    listener.finished(new Completion(text.toString(), tokens, reason, timeToFirstToken));
  }

  private FinishReason answer() {
    if (cancelled.isDone()) {
      return FinishReason.CANCELLED;
    }
    try (Prefilled prefilled = means.steps().in("first token", _ -> prefill())) {
      if (request.mode() == AttentionMode.BLOCK && !request.prompt().blocks().isEmpty()) {
        served.accept(new ServedPrompt(request.prompt(), request.repair(), prefilled.logits()));
      }
      FinishReason reason = means.steps().in("decode", _ -> decode(prefilled));
      if (reason != FinishReason.CANCELLED) {
        emit(stream.finish());
      }
      return reason;
    } catch (CancellationException e) {
      if (!cancelled.isDone()) {
        throw e;
      }
      return FinishReason.CANCELLED;
    }
  }

  private Prefilled prefill() {
    return means
        .runner()
        .prefill(request.prompt(), request.mode(), request.repair(), cancelled, listener::prompt);
  }

  private FinishReason decode(Prefilled prefilled) {
    float[] logits = prefilled.logits();
    while (tokens < request.sampling().maxTokens()) {
      if (cancelled.isDone()) {
        return FinishReason.CANCELLED;
      }
      int token = next(logits, prefilled.report());
      if (means.tokenizer().isEnd(token)) {
        return FinishReason.STOP;
      }
      emit(stream.append(token));
      if (stream.stopped()) {
        return FinishReason.STOP;
      }
      if (tokens < request.sampling().maxTokens()) {
        logits = prefilled.kv().append(TokenIds.of(token), cancelled::isDone);
      }
    }
    return cancelled.isDone() ? FinishReason.CANCELLED : FinishReason.LENGTH;
  }

  private int next(float[] logits, PromptReport report) {
    int token = sampler.next(logits);
    if (tokens == 0) {
      timeToFirstToken = Duration.ofNanos(System.nanoTime() - since);
      means.metrics().firstToken(request.mode(), report, timeToFirstToken);
    }
    tokens++;
    return token;
  }

  private void emit(String delta) {
    if (!delta.isEmpty()) {
      text.append(delta);
      listener.text(delta);
    }
  }
}
