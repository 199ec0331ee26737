package dev.kvasir.decode.http;

import static dev.kvasir.decode.http.Mistake.CHAT;
import static dev.kvasir.decode.http.Mistake.USER;
import static dev.kvasir.decode.http.Mistake.on;
import static dev.kvasir.decode.http.TestApi.q;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every mistake a request can make: status, code, field and what the message says. */
class BadRequestTest {
  private static final String TEXT = "/v1/completions";
  private static final String RAW = "/v1/block-generate";
  private static final String ENCODE = "/v1/blocks:encode";
  private static final String LOOKUP = "/v1/blocks:lookup";
  private static TestApi api;

  @BeforeAll
  static void start() {
    api = new TestApi();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  static Stream<Mistake> json() {
    return Stream.of(
            "",
            "{",
            "nonsense",
            "{'messages':NaN}",
            "{'seed':Infinity}",
            "{'a':1}{'b':2}",
            "{'a':'\u0001'}",
            "{'a':01}",
            "{/* comment */}",
            "[".repeat(1_000),
            "{'a':".repeat(40) + "1" + "}".repeat(40),
            "{'a':" + "9".repeat(2_000) + "}",
            "{'model':'x','model':'y'}",
            "[]",
            "null",
            "3",
            "'text'")
        .map(body -> new Mistake(CHAT, body, "invalid_json", "null", "the body "));
  }

  static Stream<Mistake> otherEndpoints() {
    return Stream.of(
        new Mistake(TEXT, "{}", "missing_required_parameter", "prompt", "prompt is missing"),
        on(TEXT, "{'prompt':''}", "prompt", "empty string"),
        on(TEXT, "{'prompt':[1,2]}", "prompt", "send at most 1"),
        on(TEXT, "{'prompt':[1]}", "prompt[0]", "must be a string"),
        on(TEXT, "{'prompt':{}}", "prompt", "a string or a list of one string"),
        new Mistake(TEXT, "{'prompt':'a','echo':true}", "unsupported_parameter", "echo", "echo"),
        new Mistake(
            TEXT, "{'prompt':'a','documents':[]}", "unknown_parameter", "documents", "documents"),
        on(RAW, "{'blocks':[]}", "blocks", "blocks is empty"),
        on(RAW, "{'blocks':['a','']}", "blocks[1]", "empty string"),
        on(RAW, "{'blocks':'a'}", "blocks", "must be a list"),
        on(
            RAW,
            "{'blocks':['a'],'num_local_attention_blocks':-1}",
            "num_local_attention_blocks",
            "from 0"),
        on(
            RAW,
            "{'blocks':['a'],'block_attention':{'repair':'edge'}}",
            "block_attention.repair",
            "edge-K"),
        on(
            RAW,
            "{'blocks':['a'],'block_attention':{'mode':'full','repair':'edge-1'}}",
            "block_attention.repair",
            "is about blocks"),
        on(
            RAW,
            "{'blocks':['a'],'prefix':'none','block_attention':{'prefix':'sink'}}",
            "block_attention.prefix",
            "mean the same"),
        on(
            RAW,
            "{'blocks':['a'],'num_local_attention_blocks':1,'block_attention':{'full_after':1}}",
            "block_attention.full_after",
            "mean the same"),
        new Mistake(
            RAW, "{'blocks':['a'],'stream':true}", "unsupported_parameter", "stream", "stream"),
        on(ENCODE, "{}", "passages", "either passages or documents"),
        on(ENCODE, "{'passages':['a'],'documents':['b']}", "passages", "either"),
        on(ENCODE, "{'passages':[]}", "passages", "is empty"),
        on(ENCODE, "{'passages':['a'],'return':'all'}", "return", "bytes, metadata"),
        on(ENCODE, "{'passages':['a'],'system':'x'}", "system", "needs \"prefix\": \"system\""),
        on(
            ENCODE,
            "{'passages':['"
                + "x".repeat(1_500)
                + "','"
                + "y".repeat(1_500)
                + "','"
                + "z".repeat(1_500)
                + "'],'return':'bytes'}",
            "return",
            "ask for fewer passages"),
        on(LOOKUP, "{}", "passages", "either passages or documents"),
        on(LOOKUP, "{'hashes':['abc']}", "hashes[0]", "64 hex digits"),
        on(LOOKUP, "{'hashes':[]}", "hashes", "is empty"),
        on(
            LOOKUP,
            "{'hashes':['" + "0".repeat(64) + "','" + "1".repeat(64) + "'],'return':'bytes'}",
            "hashes",
            "one hash at a time"),
        new Mistake(
            LOOKUP,
            "{'passages':['a'],'return':'bytes'}",
            "unsupported_parameter",
            "return",
            "without hashes"),
        new Mistake(
            LOOKUP,
            "{'hashes':['" + "0".repeat(64) + "'],'passages':['a']}",
            "unsupported_parameter",
            "passages",
            "beside hashes"));
  }

  static Stream<Mistake> tooLong() {
    return Stream.of(
        new Mistake(
            CHAT,
            "{'messages':[{'role':'user','content':'" + "x".repeat(3_000) + "'}]}",
            "context_length_exceeded",
            "messages",
            "the model's context is 2000 tokens"),
        new Mistake(
            CHAT,
            "{" + USER + ",'max_tokens':2147483647}",
            "context_length_exceeded",
            "messages",
            "2147483647"),
        new Mistake(
            TEXT,
            "{'prompt':'" + "x".repeat(1_990) + "'}",
            "context_length_exceeded",
            "prompt",
            "1990 tokens"),
        new Mistake(
            RAW,
            "{'blocks':['" + "x".repeat(1_990) + "','" + "x".repeat(100) + "']}",
            "context_length_exceeded",
            "blocks",
            "2090 tokens"),
        new Mistake(
            ENCODE,
            "{'passages':['" + "x".repeat(1_990) + "']}",
            "context_length_exceeded",
            "null",
            "2000 tokens"));
  }

  @ParameterizedTest
  @MethodSource({
    "json",
    "dev.kvasir.decode.http.ChatMistakes#messages",
    "dev.kvasir.decode.http.ChatMistakes#parts",
    "dev.kvasir.decode.http.ChatMistakes#documents",
    "dev.kvasir.decode.http.ChatMistakes#values",
    "dev.kvasir.decode.http.ChatMistakes#fields",
    "dev.kvasir.decode.http.ChatMistakes#repairs",
    "otherEndpoints",
    "tooLong"
  })
  void request_withAMistake_isRefusedByName(Mistake mistake) {
    HttpResponse<String> response = api.post(mistake.path(), q(mistake.body()));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    JsonNode error = TestApi.json(response.body()).path("error");
    assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error.path("code").asText()).as(response.body()).isEqualTo(mistake.code());
    assertThat(error.path("param").asText()).as(response.body()).isEqualTo(mistake.param());
    assertThat(error.path("message").asText()).contains(mistake.says()).doesNotContain("\n");
    assertThat(api.generator.requests).isEmpty();
  }

  static Stream<String> everyPostPath() {
    return Stream.of(
        CHAT + "|" + USER,
        TEXT + "|'prompt':'a'",
        RAW + "|'blocks':['a']",
        ENCODE + "|'passages':['a']",
        LOOKUP + "|'passages':['a']",
        LOOKUP + "|'hashes':['" + "0".repeat(64) + "']");
  }

  @ParameterizedTest
  @MethodSource("everyPostPath")
  void request_ofAnotherModel_isNotFound(String pathAndFields) {
    String[] parts = pathAndFields.split("\\|", 2);
    HttpResponse<String> response = api.post(parts[0], q("{'model':'gpt-4'," + parts[1] + "}"));
    assertThat(response.statusCode()).isEqualTo(404);
    JsonNode error = TestApi.json(response.body()).path("error");
    assertThat(error.path("code").asText()).isEqualTo("model_not_found");
    assertThat(error.path("message").asText()).contains("\"gpt-4\"").contains("\"tiny/model\"");
  }
}
