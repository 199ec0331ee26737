package dev.kvasir.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.cli.FakeServer;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.api.Document;
import dev.kvasir.cli.console.UserError;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterviewTest {
  private static final Question QUESTION =
      new Question(
          "When?",
          List.of("1874"),
          List.of(new Document("a", "A", "one"), new Document("b", "B", "two")));

  private final List<Integer> requestsAtForget = new ArrayList<>();

  @Test
  void run_question_isAskedInEveryModeAndReordered() {
    Results results;
    try (FakeServer server = answering("in 1874.");
        ApiClient client = new ApiClient(server.url())) {
      results =
          new Interview(client, () -> requestsAtForget.add(server.requests.size()))
              .run(List.of(QUESTION));

      assertThat(server.requests)
          .extracting(request -> request.at("/block_attention/mode").asText())
          .containsExactly("full", "block", "block", "block");
      assertThat(server.requests)
          .extracting(InterviewTest::order)
          .containsExactly("ab", "ab", "ab", "ba");
      assertThat(requestsAtForget).containsExactly(1);
    }
    assertThat(results.rows()).extracting(Row::mode).containsExactly(Mode.values());
    assertThat(results.rows()).allMatch(Row::right);
    assertThat(results.rows().getFirst().answer().promptTokens()).isEqualTo(1000);
    assertThat(results.rows().getFirst().answer().cachedTokens()).isEqualTo(900);
    assertThat(results.rows().getFirst().answer().computedTokens()).isEqualTo(100);
    assertThat(results.rows().getFirst().millis()).isPositive();
  }

  @Test
  void warmUp_documents_areNoneOfTheQuestions() {
    try (FakeServer server = answering("9");
        ApiClient client = new ApiClient(server.url())) {
      new Interview(client, () -> {}).warmUp();

      assertThat(server.requests).isNotEmpty();
      assertThat(server.requests.toString()).doesNotContain("one", "two");
    }
  }

  @Test
  void run_serverBreaksOff_isOneSentence() {
    try (FakeServer server =
            new FakeServer(request -> new FakeServer.Reply(200, "data: {\"choices\":[]}\n\n"));
        ApiClient client = new ApiClient(server.url())) {
      assertThatThrownBy(() -> new Interview(client, () -> {}).run(List.of(QUESTION)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("broke off");
    }
  }

  @Test
  void run_errorEvent_isItsReason() {
    try (FakeServer server =
            new FakeServer(request ->
                new FakeServer.Reply(200, "data: {\"error\":{\"message\":\"too hot\"}}\n\n"));
        ApiClient client = new ApiClient(server.url())) {
      assertThatThrownBy(() -> new Interview(client, () -> {}).run(List.of(QUESTION)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("too hot");
    }
  }

  private static FakeServer answering(String text) {
    return new FakeServer(
        request -> new FakeServer.Reply(200, FakeServer.events(text, 1000, 100, 900)));
  }

  private static String order(JsonNode request) {
    return request.at("/documents/0/id").asText() + request.at("/documents/1/id").asText();
  }
}
