package dev.kvasir.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.testing.TestModel;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TextStreamTest {
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() {
    try (GgufFile file = GgufFile.open(TestModel.path())) {
      tokenizer = Tokenizer.from(file);
    }
  }

  @Test
  void append_charactersOfSeveralTokens_showsOnlyWholeOnes() {
    String text = "naïve 🙂 👨‍👩‍👧 𐍈 東京 end";
    TextStream stream = new TextStream(tokenizer);
    StringBuilder shown = new StringBuilder();
    for (int id : tokenizer.encode(text).toArray()) {
      String delta = stream.append(id);
      assertThat(UnicodeText.isWellFormed(delta)).isTrue();
      assertThat(delta).doesNotContain("\uFFFD");
      shown.append(delta);
      assertThat(text).startsWith(shown.toString());
    }
    assertThat(shown).hasToString(text);
    assertThat(stream.finish()).isEmpty();
  }

  @Test
  void finish_halfACharacter_showsAReplacement() {
    int[] ids = tokenizer.encode("𐍈").toArray();
    assertThat(ids.length).isGreaterThan(1);
    TextStream stream = new TextStream(tokenizer);
    assertThat(stream.append(ids[0])).isEmpty();
    assertThat(stream.finish()).isEqualTo("\uFFFD");
    assertThat(stream.finish()).isEmpty();
  }

  @Test
  void append_specialToken_showsNothing() {
    TextStream stream = new TextStream(tokenizer);
    assertThat(stream.append(2)).isEmpty();
    assertThat(stream.finish()).isEmpty();
  }

  @Test
  void append_stopString_isNeverShown() {
    assertThat(run("The answer is 1889.\n\nQuestion: next", List.of("\n\nQuestion:")))
        .isEqualTo("The answer is 1889.");
    assertThat(run("aaab", List.of("aab"))).isEqualTo("a");
    assertThat(run("stop", List.of("stop"))).isEmpty();
    assertThat(run("abcabd", List.of("abd"))).isEqualTo("abc");
    assertThat(run("abcab", List.of("abd"))).isEqualTo("abcab");
    assertThat(run("x🙂y", List.of("🙃", "🙂"))).isEqualTo("x");
  }

  @Test
  void append_severalStops_endsAtTheFirstCompleted() {
    assertThat(run("one abcde", List.of("abcde", "bc"))).isEqualTo("one a");
    assertThat(run("one abc", List.of("c", "abc", "bc"))).isEqualTo("one ");
  }

  @Test
  void append_possibleStart_isHeldBackUntilDecided() {
    StopStrings stops = new StopStrings(List.of("END"));
    assertThat(stops.append("abE")).isEqualTo("ab");
    assertThat(stops.append("N")).isEmpty();
    assertThat(stops.append("E")).isEqualTo("EN");
    assertThat(stops.append("ND and more")).isEmpty();
    assertThat(stops.stopped()).isTrue();
    assertThat(stops.append("more")).isEmpty();
    assertThat(stops.finish()).isEmpty();
  }

  @Test
  void append_anyCutting_showsTheSameText() {
    long seed = Long.getLong("kvasir.seed", System.nanoTime());
    System.out.println("TextStreamTest seed=" + seed + " (repeat with -Dkvasir.seed)");
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String text = letters(random, random.nextInt(20));
      List<String> stops =
          IntStream.range(0, random.nextInt(4))
              .mapToObj(n -> letters(random, 1 + random.nextInt(4)))
              .toList();
      StopStrings stream = new StopStrings(stops);
      StringBuilder shown = new StringBuilder();
      for (int at = 0; at < text.length(); ) {
        int next = Math.min(text.length(), at + 1 + random.nextInt(5));
        shown.append(stream.append(text.substring(at, next)));
        at = next;
      }
      shown.append(stream.finish());
      assertThat(shown.toString()).as("%s by %s", text, stops).isEqualTo(cut(text, stops));
    }
  }

  @Test
  void construct_unusableStop_isRefused() {
    for (String stop : List.of("", "\uD83D", "a\uDE42")) {
      assertThatThrownBy(() -> new TextStream(tokenizer, List.of("a", stop)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("stop string");
    }
  }

  /** The oracle: end after end, the longest stop string that is complete there. */
  private static String cut(String text, List<String> stops) {
    for (int end = 1; end <= text.length(); end++) {
      String read = text.substring(0, end);
      int longest = stops.stream().filter(read::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return read.substring(0, end - longest);
      }
    }
    return text;
  }

  private static String letters(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append((char) ('a' + random.nextInt(2)));
    }
    return text.toString();
  }

  private static String run(String text, List<String> stops) {
    TextStream stream = new TextStream(tokenizer, stops);
    StringBuilder shown = new StringBuilder();
    for (int id : tokenizer.encode(text).toArray()) {
      shown.append(stream.append(id));
      assertThat(UnicodeText.isWellFormed(shown.toString())).isTrue();
    }
    return shown.append(stream.finish()).toString();
  }
}
