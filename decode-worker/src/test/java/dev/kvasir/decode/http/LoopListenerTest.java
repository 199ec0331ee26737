package dev.kvasir.decode.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.decode.Completion;
import dev.kvasir.decode.GenerationListener;
import dev.kvasir.decode.PromptReport;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopListenerTest {
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final Heard heard = new Heard();
  private final Admission admission = new Admission(1);
  private final Cancellation cancellation = new Cancellation();
  private final LoopListener listener =
      new LoopListener(loop, heard, admission.enter(), cancellation);

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void text_thatCannotBeSent_endsTheAnswerWithOneFailure() throws Exception {
    AtomicInteger cancels = new AtomicInteger();
    cancellation.bind(cancels::incrementAndGet);
    listener.text("good");
    listener.text("bad");
    listener.text("late");
    listener.failed(new IllegalStateException("later"));
    awaitLoop();
    assertThat(heard.calls).containsExactly("text good", "failed bad");
    assertThat(cancels).hasValue(1);
  }

  @Test
  void failed_generation_freesTheSlot() {
    listener.failed(new IllegalStateException("no"));
    assertThat(admission.enter()).isNotNull();
  }

  @Test
  void text_afterTheServerIsClosed_isDropped() {
    close();
    listener.text("good");
    listener.failed(new IllegalStateException("no"));
    assertThat(heard.calls).isEmpty();
  }

  private void awaitLoop() throws InterruptedException {
    CountDownLatch reached = new CountDownLatch(1);
    loop.runOnContext(_ -> reached.countDown());
    assertThat(reached.await(20, TimeUnit.SECONDS)).isTrue();
  }

  /** Writes down what it hears and cannot send "bad". */
  private static final class Heard implements GenerationListener {
    private final List<String> calls = new ArrayList<>();

    @Override
    public void prompt(PromptReport report) {
      calls.add("prompt");
    }

    @Override
    public void text(String delta) {
      if (delta.equals("bad")) {
        throw new IllegalArgumentException(delta);
      }
      calls.add("text " + delta);
    }

    @Override
    public void finished(Completion completion) {
      calls.add("finished");
    }

    @Override
    public void failed(Throwable cause) {
      calls.add("failed " + cause.getMessage());
    }
  }
}
