package dev.kvasir.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.testing.TestModel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The same ids, and the same text back, as Hugging Face's tokenizers. */
class HuggingFaceParityTest {
  private static final int RANDOM_TEXTS = 25_000;

  private static Tokenizer tokenizer;
  private static HuggingFaceOracle oracle;

  @BeforeAll
  static void open() {
    try (GgufFile file = GgufFile.open(TestModel.path())) {
      tokenizer = Tokenizer.from(file);
    }
    oracle = HuggingFaceOracle.plain(TestModel.path());
  }

  @AfterAll
  static void close() {
    oracle.close();
  }

  @Test
  void encode_randomUnicode_equalsHuggingFace() {
    Random random = seeded();
    for (int i = 0; i < RANDOM_TEXTS; i++) {
      assertSameIds(RandomText.next(random));
    }
  }

  @Test
  void encode_everyAssignedCharacterOfAScript_equalsHuggingFace() {
    int texts = 0;
    for (int codePoint = 0; codePoint < 0x20000; codePoint++) {
      if (!isOneOfThousands(codePoint) && RandomText.isAssigned(codePoint)) {
        String c = Character.toString(codePoint);
        assertSameIds("a" + c + "b " + c + c + " 1" + c + "'s" + c);
        texts++;
      }
    }
    assertThat(texts).isGreaterThan(30_000);
  }

  /** The sources of this module, and real questions and passages where they are. */
  @Test
  void encode_realTexts_equalsHuggingFace() throws IOException {
    Set<String> texts = new LinkedHashSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src", "main"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        texts.add(Files.readString(file));
      }
    }
    Path questions =
        Path.of(System.getProperty("kvasir.root", "../.."), "../shared/data/nq10-dev.jsonl.gz");
    if (Files.exists(questions)) {
      texts.addAll(questionsAndPassages(questions));
    }
    System.out.println("HuggingFaceParityTest real texts=" + texts.size());
    assertThat(texts).hasSizeGreaterThan(20);
    texts.forEach(HuggingFaceParityTest::assertSameIds);
  }

  @Test
  void decode_randomIds_equalsHuggingFace() {
    Random random = seeded();
    for (int i = 0; i < 2_000; i++) {
      int[] ids = random.ints(1 + random.nextInt(20), 17, tokenizer.vocabulary()).toArray();
      assertThat(tokenizer.decode(TokenIds.of(ids))).isEqualTo(oracle.decode(ids));
    }
  }

  /** Han, Hangul and private characters: all of a kind, and most of Unicode. */
  private static boolean isOneOfThousands(int codePoint) {
    return (codePoint >= 0x3400 && codePoint < 0xA000)
        || (codePoint >= 0xAC00 && codePoint < 0xF900);
  }

  private static void assertSameIds(String text) {
    int[] expected = oracle.encode(text);
    int[] actual = tokenizer.encode(text).toArray();
    if (!Arrays.equals(expected, actual)) {
      assertThat(actual).as(() -> "ids of " + escaped(text)).containsExactly(expected);
    }
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars()
        .forEach(c -> escaped.append(c < 127 && c > 31 ? "" + (char) c : "\\u%04x".formatted(c)));
    return escaped.toString();
  }

  private static Set<String> questionsAndPassages(Path file) throws IOException {
    Set<String> texts = new LinkedHashSet<>();
    ObjectMapper mapper = new ObjectMapper();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line : lines.lines().toList()) {
        JsonNode node = mapper.readTree(line);
        texts.add(node.path("question").asText());
        for (JsonNode passage : node.path("ctxs")) {
          texts.addAll(List.of(passage.path("title").asText(), passage.path("text").asText()));
        }
      }
    }
    return texts;
  }

  private static Random seeded() {
    long seed = Long.getLong("kvasir.seed", System.nanoTime());
    System.out.println("HuggingFaceParityTest seed=" + seed + " (repeat with -Dkvasir.seed)");
    return new Random(seed);
  }
}
