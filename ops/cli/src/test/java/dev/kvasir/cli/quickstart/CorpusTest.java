package dev.kvasir.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.cli.api.Document;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorpusTest {
  private static final Corpus CORPUS = Corpus.bundled();

  @Test
  void bundled_passages_have80To250Words() {
    assertThat(CORPUS.passages()).hasSizeGreaterThanOrEqualTo(24);
    assertThat(CORPUS.passages())
        .allSatisfy(passage -> assertThat(passage.text().split("\\s+")).hasSizeBetween(80, 250));
    assertThat(CORPUS.passages()).extracting(Document::text).doesNotHaveDuplicates();
  }

  @Test
  void bundled_questions_haveTenPassagesThatHoldTheAnswer() {
    assertThat(CORPUS.questions()).hasSize(3);
    assertThat(CORPUS.questions())
        .allSatisfy(question -> {
          assertThat(question.documents()).hasSize(10).doesNotHaveDuplicates();
          assertThat(question.documents()).anyMatch(document -> question.isRight(document.text()));
          assertThat(question.isRight(question.text())).isFalse();
        });
  }

  @ParameterizedTest
  @CsvSource({
    "It was completed in 1874., true",
    "'1,874 metres', true",
    "In 18745, false",
    "'', false"
  })
  void isRight_text_findsTheWholeAnswer(String text, boolean right) {
    Question question = new Question("?", List.of("1874"), List.of());

    assertThat(question.isRight(text)).isEqualTo(right);
  }

  @Test
  void isRight_articlesAndPunctuation_areIgnored() {
    Question question = new Question("?", List.of("The Copper Heron"), List.of());

    assertThat(question.isRight("a \"copper heron\"!")).isTrue();
  }

  @Test
  void curl_line_hasShellSafeJson() throws IOException {
    JsonNode body = new ObjectMapper().readTree(TryIt.body());

    assertThat(TryIt.body()).doesNotContain("'");
    assertThat(body.at("/documents/0/text").asText()).contains("Ada Brook");
    assertThat(TryIt.curl(URI.create("http://127.0.0.1:80"), false))
        .startsWith("curl -s http://127.0.0.1:80/v1/chat/completions")
        .doesNotContain("\n");
  }
}
