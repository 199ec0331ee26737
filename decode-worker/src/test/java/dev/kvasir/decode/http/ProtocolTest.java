package dev.kvasir.decode.http;

import static dev.kvasir.decode.http.TestApi.q;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Mistakes below the JSON: methods, paths, types, sizes, encodings, broken HTTP. */
class ProtocolTest {
  private static final String TEXT = "/v1/completions";
  private static final String BODY = q("{'prompt':'a'}");
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
  @CsvSource({
    "GET,/v1/chat/completions,POST",
    "PUT,/v1/completions,POST",
    "DELETE,/v1/block-generate,POST",
    "GET,/v1/blocks:encode,POST",
    "HEAD,/v1/blocks:lookup,POST",
    "POST,/v1/models,'GET, HEAD'",
    "DELETE,/v1/models/tiny/model,'GET, HEAD'",
    "POST,/health/live,'GET, HEAD'",
    "PATCH,/health/ready,'GET, HEAD'",
    "OPTIONS,/metrics,'GET, HEAD'",
    "BREW,/metrics,'GET, HEAD'"
  })
  void request_wrongMethod_isToldTheRightOne(String method, String path, String allow) {
    HttpResponse<String> response =
        api.send(
            HttpRequest.newBuilder(URI.create(api.url(path)))
                .method(method, BodyPublishers.noBody())
                .build());
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).hasValue(allow);
    if (!method.equals("HEAD")) {
      assertError(response, 405, "method_not_allowed");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1",
        "/v1/embeddings",
        "/v1/blocks",
        "/v1/blocksXencode",
        "/health",
        "/%00"
      })
  void request_unknownPath_isNotFound(String path) {
    assertError(api.get(path), 404, "not_found");
  }

  @Test
  void request_head_hasTheHeadersOfGet() {
    HttpRequest head = HttpRequest.newBuilder(URI.create(api.url("/health/live"))).HEAD().build();
    HttpResponse<String> response = api.send(head);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(response.body()).isEmpty();
  }

  @Test
  void request_trailingSlash_isAccepted() {
    assertThat(api.post("/v1/completions/", BODY).statusCode()).isEqualTo(200);
    assertThat(api.get("/v1/models/").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=iso-8859-1",
        "application/json;charset=\"utf-16\"",
        "application/jsonx",
        ""
      })
  void request_otherContentType_isUnsupported(String type) {
    assertError(post(type, BodyPublishers.ofString(BODY)), 415, "unsupported_media_type");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON ; charset=UTF-8",
        "application/json;charset=\"utf-8\"",
        "application/vnd.api+json"
      })
  void request_jsonContentType_isAccepted(String type) {
    assertThat(post(type, BodyPublishers.ofString(BODY)).statusCode()).isEqualTo(200);
  }

  @Test
  void request_compressedBody_isUnsupported() {
    HttpResponse<String> response =
        api.send(
            HttpRequest.newBuilder(URI.create(api.url(TEXT)))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofString(BODY))
                .build());
    assertError(response, 415, "unsupported_media_type");
  }

  @Test
  void request_largeBody_isRefusedWithTheLimit() {
    byte[] large = new byte[8 << 20];
    HttpResponse<String> declared = post("application/json", BodyPublishers.ofByteArray(large));
    assertError(declared, 413, "body_too_large");
    assertThat(declared.body()).contains("100000 bytes");
    assertError(
        post(
            "application/json",
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))),
        413,
        "body_too_large");
    assertThat(api.post(TEXT, BODY).statusCode()).isEqualTo(200);
  }

  @Test
  void request_largeBodyThatWaitsForLeave_isRefusedBeforeItIsSent() throws IOException {
    String answer = raw(postHead(900_000));
    assertThat(answer).startsWith("HTTP/1.1 413 ").contains("body_too_large");
  }

  @Test
  void request_smallBodyThatWaitsForLeave_isLetIn() throws IOException {
    String answer = raw(postHead(BODY.length()) + BODY);
    assertThat(answer).startsWith("HTTP/1.1 100 Continue").contains("HTTP/1.1 200 OK");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "ISO-8859-1"})
  void request_bodyNotInUtf8_isRefused(String charset) {
    byte[] body = q("{'prompt':'ä'}").getBytes(Charset.forName(charset));
    assertError(post("application/json", BodyPublishers.ofByteArray(body)), 400, "invalid_json");
  }

  @ParameterizedTest
  @CsvSource({"C080", "EDA080", "F5808080", "FF", "E28228", "EFBBBF"})
  void request_badUtf8InAString_isRefused(String hex) {
    byte[] bad = HexFormat.of().parseHex(hex);
    byte[] body = "{\"prompt\":\"????\"}".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bad, 0, body, hex.equals("EFBBBF") ? 0 : 11, bad.length);
    assertError(post("application/json", BodyPublishers.ofByteArray(body)), 400, "invalid_json");
  }

  @Test
  void request_headersOverTheLimit_areRefused() throws IOException {
    String answer =
        raw(
            "GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-Big: "
                + "x".repeat(9_000)
                + "\r\n\r\n");
    assertThat(answer).contains(" 431 ").contains("headers_too_large");
  }

  @Test
  void request_pathOverTheLimit_isRefused() throws IOException {
    String answer = raw("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(answer).contains(" 414 ").contains("uri_too_long");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET /health/live HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n",
        "GET nopath HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "GET /v1/models/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: -4\r\n\r\n"
      })
  void request_brokenHttp_isABadRequest(String request) throws IOException {
    assertThat(raw(request)).contains(" 400 Bad Request").doesNotContain("Exception");
  }

  @Test
  void request_brokenChunk_endsTheConnection() throws IOException {
    String head = postHead(0).replace("Content-Length: 0", "Transfer-Encoding: chunked");
    assertThat(raw(head + "zz\r\n")).doesNotContain(" 200 ").doesNotContain(" 500 ");
  }

  private static HttpResponse<String> post(String type, BodyPublisher body) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.url(TEXT))).POST(body);
    if (!type.isEmpty()) {
      request.header("Content-Type", type);
    }
    return api.send(request.build());
  }

  private static String postHead(int contentLength) {
    return String.join(
        "\r\n",
        "POST /v1/completions HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        "Content-Length: " + contentLength,
        "Expect: 100-continue",
        "Connection: close",
        "",
        "");
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.server.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void assertError(HttpResponse<String> response, int status, String code) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode error = TestApi.json(response.body()).path("error");
    assertThat(error.path("code").asText()).isEqualTo(code);
    assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
    assertThat(error.path("message").asText()).isNotEmpty();
  }
}
