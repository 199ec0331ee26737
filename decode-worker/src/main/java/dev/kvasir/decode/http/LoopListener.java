package dev.kvasir.decode.http;

import dev.kvasir.decode.Completion;
import dev.kvasir.decode.GenerationListener;
import dev.kvasir.decode.PromptReport;
import io.vertx.core.Context;

/**
 * Brings what a generator says onto a request's event loop, in order, and frees the request's slot
 * as soon as the generator has ended, however long the client takes to read.
 */
final class LoopListener implements GenerationListener {
  private final Context loop;
  private final GenerationListener listener;
  private final Admission.Slot slot;

  LoopListener(Context loop, GenerationListener listener, Admission.Slot slot) {
    this.loop = loop;
    this.listener = listener;
    this.slot = slot;
  }

  @Override
  public void prompt(PromptReport report) {
    onLoop(() -> listener.prompt(report));
  }

  @Override
  public void text(String delta) {
    onLoop(() -> listener.text(delta));
  }

  @Override
  public void finished(Completion completion) {
    slot.close();
    onLoop(() -> listener.finished(completion));
  }

  @Override
  public void failed(Throwable cause) {
    slot.close();
    onLoop(() -> listener.failed(cause));
  }

  private void onLoop(Runnable call) {
    loop.runOnContext(_ -> call.run());
  }
}
