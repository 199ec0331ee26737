package dev.kvasir.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Compares the ids of many texts with Hugging Face's. */
record Parity(Tokenizer tokenizer, HuggingFaceOracle oracle) {
  void randomTexts(int count) {
    long seed = Long.getLong("kvasir.seed", System.nanoTime());
    System.out.println("Parity seed=" + seed + " (repeat with -Dkvasir.seed)");
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      same(RandomText.next(random));
    }
  }

  /** Every assigned character between letters, numbers, blanks, line breaks and signs. */
  void everyCharacter() {
    int texts = 0;
    for (int codePoint = 0; codePoint < 0x20000; codePoint++) {
      if (!isOneOfThousands(codePoint) && RandomText.isAssigned(codePoint)) {
        String c = Character.toString(codePoint);
        same("a" + c + "b " + c + c + " 12345" + c + "'s" + c + "\n" + c + "\n'" + c + " ." + c);
        texts++;
      }
    }
    assertThat(texts).isGreaterThan(30_000);
  }

  /** The sources of this module. */
  void sources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "main"))) {
      List<Path> sources = files.filter(path -> path.toString().endsWith(".java")).toList();
      assertThat(sources).hasSizeGreaterThan(20);
      for (Path source : sources) {
        same(Files.readString(source));
      }
    }
  }

  void same(String text) {
    int[] expected = oracle.encode(text);
    int[] actual = tokenizer.encode(text).toArray();
    if (!Arrays.equals(expected, actual)) {
      assertThat(actual).as(() -> "ids of " + escaped(text)).containsExactly(expected);
    }
  }

  /** Han, Hangul and private characters: all of a kind, and most of Unicode. */
  private static boolean isOneOfThousands(int codePoint) {
    return (codePoint >= 0x3400 && codePoint < 0xA000)
        || (codePoint >= 0xAC00 && codePoint < 0xF900);
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars()
        .forEach(c -> escaped.append(c < 127 && c > 31 ? "" + (char) c : "\\u%04x".formatted(c)));
    return escaped.toString();
  }
}
