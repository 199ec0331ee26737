package dev.kvasir.bench;

import dev.kvasir.decode.Completion;
import dev.kvasir.decode.GenerationListener;
import dev.kvasir.decode.PromptReport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Waits for one generation. */
public final class Asked implements GenerationListener {
  private final CompletableFuture<PromptReport> report = new CompletableFuture<>();
  private final CompletableFuture<Completion> completion = new CompletableFuture<>();

  @Override
  public void prompt(PromptReport prompt) {
    report.complete(prompt);
  }

  @Override
  public void text(String delta) {}

  @Override
  public void finished(Completion finished) {
    completion.complete(finished);
  }

  @Override
  public void failed(Throwable cause) {
    completion.completeExceptionally(cause);
  }

  /** The finished answer, with what came before its generation added to its time. */
  public Outcome outcome(Duration before) {
    Completion done = completion.join();
    return new Outcome(done.text(), before.plus(done.timeToFirstToken()), report.join());
  }

  /** What one request gave. */
  public record Outcome(String text, Duration timeToFirstToken, PromptReport report) {}
}
