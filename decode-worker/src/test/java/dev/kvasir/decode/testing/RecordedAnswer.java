package dev.kvasir.decode.testing;

import dev.kvasir.decode.Completion;
import dev.kvasir.decode.GenerationListener;
import dev.kvasir.decode.PromptReport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A listener that keeps all it hears. */
public final class RecordedAnswer implements GenerationListener {
  private final CompletableFuture<PromptReport> report = new CompletableFuture<>();
  private final CompletableFuture<Completion> completion = new CompletableFuture<>();
  private final List<String> deltas = new CopyOnWriteArrayList<>();
  private final CompletableFuture<String> firstDelta = new CompletableFuture<>();

  @Override
  public void prompt(PromptReport heard) {
    report.complete(heard);
  }

  @Override
  public void text(String delta) {
    deltas.add(delta);
    firstDelta.complete(delta);
  }

  @Override
  public void finished(Completion heard) {
    completion.complete(heard);
  }

  @Override
  public void failed(Throwable cause) {
    completion.completeExceptionally(cause);
  }

  /** Completes with the first text. */
  public CompletableFuture<String> firstDelta() {
    return firstDelta;
  }

  public List<String> deltas() {
    return deltas;
  }

  public PromptReport report() {
    return report.orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** Waits for the end; throws what made it fail. */
  public Completion completion() {
    return completion.orTimeout(30, TimeUnit.SECONDS).join();
  }
}
