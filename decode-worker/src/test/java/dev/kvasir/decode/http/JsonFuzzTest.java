package dev.kvasir.decode.http;

import static dev.kvasir.decode.http.TestApi.q;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sound bodies with damage: every answer is a sound one or a client's error, never the server's.
 */
class JsonFuzzTest {
  private static final int ROUNDS = 600;
  private static final Pattern VALUE =
      Pattern.compile("(?<=[:\\[,])(\"[^\"]*\"|-?[0-9.]+|true|false|\\{\\}|\\[\\])");
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1e999",
          "-1e-999",
          "0.5",
          "99999999999999999999",
          "\"\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"user\"",
          "\"system\"",
          "\"document\"",
          "[]",
          "{}",
          "[[[[]]]]",
          "[null]",
          "{\"text\":null}",
          "NaN",
          "\"none\"",
          "\"full\"",
          "2147483648");
  private static final byte[] STRUCTURE = "{}[]\",:\\0n\u0000".getBytes(StandardCharsets.US_ASCII);
  private static final Map<String, String> SOUND =
      Map.of(
          "/v1/chat/completions",
          q(
              """
              {"model":"tiny/model","messages":[{"role":"system","content":"Be brief"},
              {"role":"user","content":[{"type":"document","title":"t","source":{"type":"text","data":"d"}},
              {"type":"text","text":"Who?"}]}],"documents":[{"id":"a","title":"T","text":"One."}],
              "block_attention":{"mode":"block","prefix":"system","ape":{"scale":0.9},"full_after":3},"temperature":0.5,"top_p":0.9,"seed":7,
              "stop":["x"],"max_tokens":5,"n":1,"stream":true,"stream_options":{"include_usage":true},
              "user":"u","tools":[],"response_format":{"type":"text"}}
              """),
          "/v1/completions",
          "{\"model\":\"tiny/model\",\"prompt\":\"Once\",\"max_tokens\":5,\"stop\":\"x\",\"stream\":false}",
          "/v1/block-generate",
          "{\"blocks\":[\"a\",\"b\",\"c\"],\"num_local_attention_blocks\":2,\"prefix\":\"sink\",\"block_attention\":{\"ape\":{\"scale\":0.9}},\"seed\":1}",
          "/v1/blocks:encode",
          "{\"documents\":[{\"id\":\"a\",\"text\":\"One.\"},\"Two.\"],\"prefix\":\"system\",\"system\":\"s\",\"return\":\"bytes\"}",
          "/v1/blocks:lookup",
          "{\"passages\":[{\"id\":\"a\",\"text\":\"One.\"},\"Two.\"],\"prefix\":\"none\"}");

  private static TestApi api;

  @BeforeAll
  static void start() {
    api = new TestApi();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/chat/completions",
        "/v1/completions",
        "/v1/block-generate",
        "/v1/blocks:encode",
        "/v1/blocks:lookup"
      })
  void body_damaged_neverFailsTheServer(String path) {
    String sound = String.valueOf(SOUND.get(path));
    assertThat(send(path, sound.getBytes(StandardCharsets.UTF_8)).statusCode()).isEqualTo(200);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] body = damaged(sound, random);
      HttpResponse<String> response = send(path, body);
      String what =
          "seed=" + seed + " round=" + round + " " + new String(body, StandardCharsets.UTF_8);
      if (response.statusCode() != 200) {
        refused++;
        assertThat(response.statusCode()).as(what).isIn(400, 404);
        JsonNode error = TestApi.json(response.body()).path("error");
        assertThat(error.path("message").asText()).as(what).isNotEmpty();
      }
    }
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS);
  }

  private static byte[] damaged(String sound, Random random) {
    String text = sound;
    for (int i = random.nextInt(3); i >= 0 && random.nextInt(3) > 0; i--) {
      text = otherValue(text, random);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return text.equals(sound) || random.nextInt(4) == 0 ? otherBytes(bytes, random) : bytes;
  }

  private static String otherValue(String text, Random random) {
    Matcher values = VALUE.matcher(text);
    List<int[]> places = values.results().map(m -> new int[] {m.start(), m.end()}).toList();
    if (places.isEmpty()) {
      return text;
    }
    int[] place = places.get(random.nextInt(places.size()));
    return text.substring(0, place[0])
        + VALUES.get(random.nextInt(VALUES.size()))
        + text.substring(place[1]);
  }

  private static byte[] otherBytes(byte[] sound, Random random) {
    byte[] bytes = sound.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] = STRUCTURE[random.nextInt(STRUCTURE.length)];
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        default -> System.arraycopy(sound, 0, bytes, at, Math.min(sound.length, bytes.length) - at);
      }
    }
    return bytes;
  }

  private static HttpResponse<String> send(String path, byte[] body) {
    return api.send(
        HttpRequest.newBuilder(URI.create(api.url(path)))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }
}
