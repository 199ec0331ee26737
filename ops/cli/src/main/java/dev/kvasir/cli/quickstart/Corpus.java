package dev.kvasir.cli.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.cli.api.Document;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The passages and questions that come with the project. The facts in them are invented. */
public record Corpus(List<Document> passages, List<Question> questions) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  public Corpus {
    passages = List.copyOf(passages);
    questions = List.copyOf(questions);
  }

  public static Corpus bundled() {
    Map<String, Document> passages = new LinkedHashMap<>();
    for (JsonNode node : resource("passages.json")) {
      Document document =
          new Document(
              node.required("id").asText(),
              node.required("title").asText(),
              node.required("text").asText());
      passages.put(document.id(), document);
    }
    List<Question> questions =
        stream(resource("questions.json")).map(node -> question(node, passages)).toList();
    return new Corpus(List.copyOf(passages.values()), questions);
  }

  private static Question question(JsonNode node, Map<String, Document> passages) {
    return new Question(
        node.required("question").asText(),
        stream(node.required("answers")).map(JsonNode::asText).toList(),
        stream(node.required("passages")).map(id -> named(passages, id.asText())).toList());
  }

  private static Document named(Map<String, Document> passages, String id) {
    return Optional.ofNullable(passages.get(id))
        .orElseThrow(() -> new IllegalStateException("questions.json names no passage: id=" + id));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static JsonNode resource(String name) {
    try (InputStream in = Corpus.class.getResourceAsStream("/quickstart/" + name)) {
      if (in == null) {
        throw new IllegalStateException("the build has no resource quickstart/" + name);
      }
      return MAPPER.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
