package dev.kvasir.warmup.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.warmup.corpus.Splitter.Piece;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

class SplitterTest {
  private static final ToIntFunction<String> LENGTH = String::length;

  private static Splitter of(int max) {
    return new Splitter(max, LENGTH);
  }

  @Test
  void plain_shortParagraphs_areKeptTogetherAsLongAsTheyFit() {
    assertThat(of(20).plain("one two\n\nthree\n \nfour five six seven"))
        .extracting(Piece::text)
        .containsExactly("one two\n\nthree", "four five six seven");
  }

  @Test
  void plain_longParagraph_isCutBetweenSentencesThenWordsThenAnywhere() {
    assertThat(
            of(16)
                .plain(
                    "Hello there. Bye now. And a long sentence it is. abcdefghijklmnopqrstuvwxyz"))
        .extracting(Piece::text)
        .containsExactly(
            "Hello there.",
            "Bye now.",
            "And a long",
            "sentence it is.",
            "abcdefghijklm",
            "nopqrstuvwxyz");
  }

  @Test
  void markdown_headings_boundPassagesAndNameThem() {
    List<Piece> pieces =
        of(1_000)
            .markdown(
                """
                before

                # One #
                first

                ## Deep
                second

                ```
                # no heading

                still code
                ```
                ### Deeper
                # Two
                third
                """);
    assertThat(pieces)
        .containsExactly(
            new Piece(List.of(), "before"),
            new Piece(List.of("One"), "first"),
            new Piece(List.of("One", "Deep"), "second\n\n```\n# no heading\n\nstill code\n```"),
            new Piece(List.of("Two"), "third"));
  }

  @Test
  void plain_randomText_losesNothingAndKeepsTheBound() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(400); i > 0; i--) {
        text.append(letter(random));
      }
      int max = 16 + random.nextInt(60);
      List<Piece> pieces = of(max).plain(text.toString());
      assertThat(pieces).as("seed " + seed).allMatch(piece -> piece.text().length() <= max);
      assertThat(String.join("", pieces.stream().map(Piece::text).toList()).replaceAll("\\s", ""))
          .as("seed " + seed)
          .isEqualTo(text.toString().replaceAll("\\s", ""));
    }
  }

  private static String letter(Random random) {
    List<String> letters =
        List.of("a", "b", " ", " ", ". ", "?", "\n", "\n\n", "\u00e9", "\ud83d\ude00", "word");
    return letters.get(random.nextInt(letters.size()));
  }
}
