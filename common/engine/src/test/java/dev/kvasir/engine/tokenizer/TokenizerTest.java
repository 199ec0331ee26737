package dev.kvasir.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.testing.TestModel;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TokenizerTest {
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() {
    try (GgufFile file = GgufFile.open(TestModel.path())) {
      tokenizer = Tokenizer.from(file);
    }
  }

  @Test
  void encode_knownText_hasKnownPieces() {
    assertThat(pieces("When was the Eiffel Tower built in 1889?"))
        .containsExactly(
            "When", " was", " the", " E", "iffel", " Tower", " built", " in", " ", "1", "8", "8",
            "9", "?");
    assertThat(tokenizer.encode("").size()).isZero();
  }

  @Test
  void encode_marksInText_stayPlain() {
    for (String mark : List.of("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<repo_name>")) {
      TokenIds ids = tokenizer.encode("a" + mark + "b\n" + mark);
      assertThat(IntStream.of(ids.toArray())).noneMatch(tokenizer::isSpecial);
      assertThat(tokenizer.decode(ids)).isEqualTo("a" + mark + "b\n" + mark);
      assertThat(tokenizer.special(mark)).isPresent();
    }
  }

  @Test
  void specials_ofModel_areSeventeen() {
    assertThat(IntStream.range(0, tokenizer.vocabulary()).filter(tokenizer::isSpecial))
        .containsExactly(IntStream.range(0, 17).boxed().toArray(Integer[]::new));
    assertThat(tokenizer.special("<|im_start|>")).hasValue(1);
    assertThat(tokenizer.special("the")).isEmpty();
    assertThat(tokenizer.endOfTurn()).isEqualTo(2);
    assertThat(IntStream.range(0, tokenizer.vocabulary()).filter(tokenizer::isEnd))
        .containsExactly(0, 2);
    assertThat(tokenizer.bytes(2)).isEmpty();
    assertThat(tokenizer.vocabulary()).isEqualTo(49_152);
  }

  @Test
  void decode_encodedText_isTheText() {
    long seed = Long.getLong("kvasir.seed", System.nanoTime());
    System.out.println("TokenizerTest seed=" + seed + " (repeat with -Dkvasir.seed)");
    Random random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      String text =
          RandomText.next(random).replaceAll("[\u0004\u0006\u0013\u0014\u0016\u001D]", "");
      if (text.codePoints().allMatch(c -> c < 0x40000 || c > 0xBFFFF)) {
        assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
      }
    }
  }

  /** The vocabulary's gaps; Hugging Face's tokenizers drop these bytes too. */
  @Test
  void encode_bytesWithoutToken_areDropped() {
    assertThat(tokenizer.encode("\u0004\u0006\u0013\u0014\u0016\u001D").size()).isZero();
    assertThat(tokenizer.encode("ab\u0014cd")).isEqualTo(tokenizer.encode("abcd"));
    assertThat(bytesOf(tokenizer.encode("\uD900\uDC00")))
        .isEqualTo(new byte[] {(byte) 0x90, (byte) 0x80, (byte) 0x80});
  }

  @Test
  void encode_unpairedSurrogates_countAsReplacementCharacters() {
    assertThat(tokenizer.encode("a\uD83D")).isEqualTo(tokenizer.encode("a\uFFFD"));
    assertThat(tokenizer.encode("\uDE42b\uD83D\uD83D\uDE42"))
        .isEqualTo(tokenizer.encode("\uFFFDb\uFFFD\uD83D\uDE42"));
  }

  @Test
  @Timeout(20)
  void encode_longRuns_takesNoQuadraticTime() {
    for (String run : List.of("a", " ", "ab", "\n", "é", "日", "🙂", "'", "7", "=")) {
      String text = run.repeat(400_000 / run.length());
      TokenIds ids = tokenizer.encode(text);
      assertThat(new String(bytesOf(ids), StandardCharsets.UTF_8)).isEqualTo(text);
    }
  }

  @Test
  void encode_rememberedWords_givesTheSameIds() {
    String text = "Halvern Clock Halvern Clock Halvern";
    TokenIds first = tokenizer.encode(text);
    for (int i = 0; i < 50_000; i++) {
      tokenizer.encode("w" + Integer.toString(i, 36).replaceAll("\\d", "x"));
    }
    assertThat(tokenizer.encode(text)).isEqualTo(first);
  }

  @Test
  void encode_manyThreads_givesTheSameIds() {
    List<String> texts =
        IntStream.range(0, 2_000).mapToObj(i -> RandomText.bits(new Random(i), 40)).toList();
    List<TokenIds> alone = texts.stream().map(tokenizer::encode).toList();
    Tokenizer fresh;
    try (GgufFile file = GgufFile.open(TestModel.path())) {
      fresh = Tokenizer.from(file);
    }
    assertThat(texts.parallelStream().map(fresh::encode).toList()).isEqualTo(alone);
    assertThat(fresh.fingerprint()).isEqualTo(tokenizer.fingerprint()).matches("[0-9a-f]{64}");
  }

  @Test
  void bytes_idOutsideVocabulary_isRefused() {
    assertThatThrownBy(() -> tokenizer.bytes(49_152)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> tokenizer.isSpecial(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static List<String> pieces(String text) {
    return IntStream.of(tokenizer.encode(text).toArray())
        .mapToObj(id -> new String(tokenizer.bytes(id), StandardCharsets.UTF_8))
        .toList();
  }

  private static byte[] bytesOf(TokenIds ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    IntStream.of(ids.toArray()).forEach(id -> bytes.writeBytes(tokenizer.bytes(id)));
    return bytes.toByteArray();
  }
}
