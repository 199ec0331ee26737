package dev.kvasir.decode.http;

import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.Completion;
import dev.kvasir.decode.Completion.FinishReason;
import dev.kvasir.decode.GenerationListener;
import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.decode.Generator;
import dev.kvasir.decode.PromptReport;
import dev.kvasir.decode.PromptReport.BlockReport;
import dev.kvasir.decode.PromptReport.Source;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** Answers by a script instead of a model. */
final class FakeGenerator implements Generator {

  /** What one generation does; runs on its own thread. */
  @FunctionalInterface
  interface Script {
    void play(Stage stage) throws Exception;
  }

  final Queue<GenerationRequest> requests = new ConcurrentLinkedQueue<>();
  final Queue<Stage> stages = new ConcurrentLinkedQueue<>();
  volatile Script script = says("Hel", "lo", " there");

  /** The given pieces of text, then a stop. */
  static Script says(String... pieces) {
    return stage -> {
      stage.prompt();
      for (String piece : pieces) {
        stage.text(piece);
      }
      stage.finish(FinishReason.STOP);
    };
  }

  @Override
  public Handle generate(GenerationRequest request, GenerationListener listener) {
    Stage stage = new Stage(request, listener);
    requests.add(request);
    stages.add(stage);
    Script playing = script;
    Thread.startVirtualThread(() -> stage.play(playing));
    return stage.cancelled::countDown;
  }

  @Override
  public void close() {}

  /** One generation as its script sees it. */
  static final class Stage {
    final GenerationRequest request;
    final CountDownLatch cancelled = new CountDownLatch(1);
    private final GenerationListener listener;
    private final List<String> texts = new ArrayList<>();

    Stage(GenerationRequest request, GenerationListener listener) {
      this.request = request;
      this.listener = listener;
    }

    private void play(Script script) {
      try {
        script.play(this);
      } catch (Exception e) {
        listener.failed(e);
      }
    }

    /** Block 0 comes from the local cache, the second block from the grid, all others are new. */
    void prompt() {
      SegmentedPrompt prompt = request.prompt();
      List<BlockReport> reports = new ArrayList<>();
      int cached = 0;
      for (CacheableBlock block : prompt.blocks()) {
        Source source = source(reports.size());
        int tokens = block.tokens().size();
        cached += source == Source.LOCAL || source == Source.GRID ? tokens : 0;
        reports.add(
            new BlockReport(
                block.key(), tokens, source, tokens * 10L, Duration.ofNanos(1_234_567)));
      }
      listener.prompt(new PromptReport(prompt.tokens(), prompt.tokens() - cached, cached, reports));
    }

    private Source source(int block) {
      if (request.mode() == AttentionMode.FULL) {
        return Source.FULL;
      }
      return block == 0 ? Source.LOCAL : block == 1 ? Source.GRID : Source.ENCODED;
    }

    void text(String delta) {
      texts.add(delta);
      listener.text(delta);
    }

    void finish(FinishReason reason) {
      listener.finished(
          new Completion(String.join("", texts), texts.size(), reason, Duration.ofMillis(12)));
    }

    /** Says a word until the client is gone. */
    void untilCancelled() throws InterruptedException {
      cancelled.await();
      finish(FinishReason.CANCELLED);
    }
  }
}
