package dev.kvasir.decode.http;

import dev.kvasir.decode.Completion;
import dev.kvasir.decode.GenerationListener;
import dev.kvasir.decode.PromptReport;
import io.vertx.core.Context;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what a generator says onto a request's event loop, in order, and frees the request's slot
 * as soon as the generator has ended, however long the client takes to read.
 */
final class LoopListener implements GenerationListener {
  private static final Logger LOG = LoggerFactory.getLogger(LoopListener.class);

  private final Context loop;
  private final GenerationListener listener;
  private final Admission.Slot slot;
  private final Cancellation cancellation;
  private boolean broken;

  LoopListener(
      Context loop, GenerationListener listener, Admission.Slot slot, Cancellation cancellation) {
    this.loop = loop;
    this.listener = listener;
    this.slot = slot;
    this.cancellation = cancellation;
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
    try {
      loop.runOnContext(_ -> heard(call));
    } catch (RejectedExecutionException e) {
      LOG.debug("the server is closed, nobody hears the rest of an answer", e);
    }
  }

  /** An answer that cannot be sent ends with an error, not with silence. */
  private void heard(Runnable call) {
    if (broken) {
      return;
    }
    try {
      call.run();
    } catch (RuntimeException e) {
      broken = true;
      cancellation.request();
      listener.failed(e);
    }
  }
}
