package dev.kvasir.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.Engine;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.Sequence;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.kv.KvSegment;
import dev.kvasir.engine.testing.TinyModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Eight callers in common passes of all cuts get the bits that each gets alone. */
@Timeout(120)
final class BatchedLogitsTest {
  private static final int CALLERS = 8;
  private static final int STEPS = 40;

  @ParameterizedTest
  @EnumSource(Backend.class)
  void forward_eightCallers_bitsOfEachAlone(Backend backend, @TempDir Path folder)
      throws Exception {
    EngineOptions options = new EngineOptions(backend, 2, ElementType.FLOAT16);
    try (GgufFile file = GgufFile.open(TinyModel.write(folder));
        LlamaEngine alone = LlamaEngine.open(file, options);
        BatchingEngine together =
            new BatchingEngine(
                LlamaEngine.open(file, options),
                new BatchLimits(23, 11, 100, Duration.ofMillis(2)),
                (_, _) -> {})) {
      List<float[][]> expected = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        expected.add(answer(alone, caller));
      }
      List<float[][]> actual = concurrently(together);
      for (int caller = 0; caller < CALLERS; caller++) {
        assertThat(actual.get(caller)).isDeepEqualTo(expected.get(caller));
      }
    }
  }

  private static List<float[][]> concurrently(Engine engine) throws Exception {
    List<Callable<float[][]>> calls = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      int number = caller;
      calls.add(() -> answer(engine, number));
    }
    List<float[][]> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
      for (Future<float[][]> answer : threads.invokeAll(calls, 60, TimeUnit.SECONDS)) {
        answers.add(answer.get());
      }
    }
    return answers;
  }

  /** The logits of a prompt of 3 to 143 tokens and of the greedy steps behind it. */
  private static float[][] answer(Engine engine, int caller) {
    Random random = new Random(caller);
    int[] prompt = random.ints(3 + 20 * caller, 0, TinyModel.VOCABULARY).toArray();
    float[][] logits = new float[STEPS][];
    try (KvSegment own = engine.newSegment(prompt.length + STEPS)) {
      TokenIds next = TokenIds.of(prompt);
      for (int step = 0; step < STEPS; step++) {
        logits[step] =
            engine.forward(List.of(new Sequence(next, List.of(), own, 0, true))).getFirst();
        next = TokenIds.of(largest(logits[step]));
      }
    }
    return logits;
  }

  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
