package dev.kvasir.engine.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.ElementType;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.EngineOptions.Backend;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.model.AdaptedModel.Precision;
import dev.kvasir.engine.model.ModelFiles;
import dev.kvasir.engine.model.Rotary;
import dev.kvasir.engine.testing.TestModel;
import dev.kvasir.engine.testing.TinyModel;
import dev.kvasir.engine.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On the default model with and without its adapter, and on ones broken on purpose. */
class BlockGateTest {
  private static GgufFile file;
  private static Tokenizer tokenizer;
  private static LlamaEngine engine;
  private static ModelFiles tunedFiles;
  private static LlamaEngine tuned;

  @BeforeAll
  static void load() {
    file = GgufFile.open(TestModel.path());
    tokenizer = Tokenizer.from(file);
    EngineOptions options = new EngineOptions(Backend.VECTOR, 2, ElementType.FLOAT16);
    engine = LlamaEngine.open(file, options);
    Path adapter =
        Path.of(System.getProperty("kvasir.root"), "ops/finetune/adapters/smollm2-135m-block");
    tunedFiles = ModelFiles.open(TestModel.path()).withAdapter(adapter, Precision.FLOAT16);
    tuned = LlamaEngine.open(tunedFiles, options);
  }

  @AfterAll
  static void close() {
    engine.close();
    file.close();
    tuned.close();
    tunedFiles.close();
  }

  /** How a model's rotation may be declared wrongly, made out of the right one. */
  enum Broken {
    BASE_TOO_SMALL {
      @Override
      Rotary of(double[] right) {
        return scaled(right, 10);
      }
    },
    BASE_TOO_LARGE {
      @Override
      Rotary of(double[] right) {
        return scaled(right, 0.1);
      }
    },
    NEIGHBOURS {
      @Override
      Rotary of(double[] right) {
        int half = right.length;
        return new Rotary(
            right,
            IntStream.range(0, 2 * half).map(i -> i < half ? 2 * i : 2 * (i - half) + 1).toArray());
      }
    },
    INTERLEAVED {
      @Override
      Rotary of(double[] right) {
        int half = right.length;
        return new Rotary(
            right,
            IntStream.range(0, 2 * half).map(i -> i % 2 == 0 ? i / 2 : half + i / 2).toArray());
      }
    },
    PARTIAL {
      @Override
      Rotary of(double[] right) {
        int half = right.length;
        int quarter = half / 2;
        double[] slower = new double[half];
        Arrays.setAll(slower, i -> i < quarter ? right[2 * i] : 0);
        int[] order =
            IntStream.range(0, 2 * half)
                .map(i -> i / quarter == 1 ? i + quarter : i / quarter == 2 ? i - quarter : i)
                .toArray();
        return new Rotary(slower, order);
      }
    };

    abstract Rotary of(double[] right);

    private static Rotary scaled(double[] right, double factor) {
      double[] other = new double[right.length];
      Arrays.setAll(other, i -> right[i] * Math.pow(factor, (double) i / right.length));
      return new Rotary(other);
    }
  }

  @Test
  void check_soundModel_passes() {
    for (LlamaEngine sound : List.of(engine, tuned)) {
      long begin = System.nanoTime();
      Verdict verdict = BlockGate.check(sound, tokenizer::encode);

      System.out.printf("gate: %s, %d ms%n", verdict, (System.nanoTime() - begin) / 1_000_000);
      assertThat(verdict.passed()).as(verdict.sentence()).isTrue();
      assertThat(verdict.difference()).isPositive().isLessThan(BlockGate.BOUND / 2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void check_brokenModel_isRefusedInASentence(Broken broken) {
    assertRefused(engine, broken);
  }

  /** One that is ten times too large it reads as well as its own. */
  @Test
  void check_tunedModelWithABaseTooSmall_isRefusedInASentence() {
    assertRefused(tuned, Broken.BASE_TOO_SMALL);
  }

  private static void assertRefused(LlamaEngine sound, Broken broken) {
    try (LlamaEngine other = sound.turning(broken.of(sound.rotary().frequencies()), 2)) {
      Verdict verdict = BlockGate.check(other, tokenizer::encode);

      System.out.println("gate, " + broken + ": " + verdict);
      assertThat(verdict.passed()).isFalse();
      assertThat(verdict.sentence()).startsWith("blocks are refused for this model: it reads");
    }
  }

  @ParameterizedTest
  @EnumSource
  void check_blocksTurnedOtherwiseThanTheRest_areRefused(Broken broken, @TempDir Path folder) {
    try (GgufFile tiny = GgufFile.open(TinyModel.write(folder));
        LlamaEngine sound =
            LlamaEngine.open(tiny, new EngineOptions(Backend.VECTOR, 1, ElementType.FLOAT32));
        LlamaEngine other = sound.turning(broken.of(sound.rotary().frequencies()), 1)) {
      BlockGate gate = BlockGate.of(sound, BlockGateTest::bytes);

      assertThat(gate.moved(sound)).isLessThan(1e-5);
      assertThat(gate.moved(other)).isGreaterThan(BlockGate.BOUND);
    }
  }

  @Test
  void check_randomModel_passes(@TempDir Path folder) {
    try (GgufFile tiny = GgufFile.open(TinyModel.write(folder));
        LlamaEngine sound =
            LlamaEngine.open(tiny, new EngineOptions(Backend.VECTOR, 1, ElementType.FLOAT16))) {
      assertThat(BlockGate.check(sound, BlockGateTest::bytes).passed()).isTrue();
    }
  }

  private static TokenIds bytes(String text) {
    return TokenIds.of(text.chars().map(c -> c % TinyModel.VOCABULARY).toArray());
  }
}
