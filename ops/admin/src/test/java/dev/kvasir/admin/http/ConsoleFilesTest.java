package dev.kvasir.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console's files as a browser gets them. */
@Timeout(60)
class ConsoleFilesTest {
  private static final Pattern NAMED =
      Pattern.compile("(?:src|href)=\"([^#\"]+)\"|from \"([^\"]+)\"|fetch\\(\"([^\"]+)\"\\)");
  private static final Pattern SCHEME = Pattern.compile("(?:https?:)?//[a-z0-9-]+[.][a-z]+");

  @TempDir private Path corpora;

  private final HttpClient http = HttpClient.newHttpClient();
  private @Nullable TestAdmin open;

  @BeforeEach
  void start() {
    open = new TestAdmin(corpora);
  }

  @AfterEach
  void close() {
    Objects.requireNonNull(open).close();
    http.close();
  }

  @Test
  void everyFileNamed_isServedWithItsTypeAndThePolicy() throws Exception {
    Map<String, HttpResponse<String>> files = everything();
    assertThat(files.keySet())
        .contains("", "app.js", "console.css", "icon.svg", "samples.json", "uPlot.esm.js");
    for (Map.Entry<String, HttpResponse<String>> file : files.entrySet()) {
      HttpResponse<String> answer = file.getValue();
      assertThat(answer.statusCode()).as(file.getKey()).isEqualTo(200);
      assertThat(header(answer, "Content-Type")).as(file.getKey()).startsWith(type(file.getKey()));
      assertThat(header(answer, "X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(header(answer, "Content-Security-Policy"))
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe", "*");
    }
  }

  @Test
  void ourFiles_nameNothingElsewhereAndHaveNothingInline() throws Exception {
    Map<String, HttpResponse<String>> files = everything();
    files.forEach((name, answer) -> {
      if (!name.startsWith("uPlot")) {
        String text = answer.body().replace("http://www.w3.org/2000/svg", "");
        assertThat(SCHEME.matcher(text).find()).as(name).isFalse();
      }
    });
    assertThat(Objects.requireNonNull(files.get("")).body())
        .doesNotContain("<style", "style=", "onclick")
        .doesNotContainPattern("<script(?![^>]*src=)");
  }

  @Test
  void known_isNotSentAgain() throws Exception {
    String tag = header(get("app.js"), "ETag");
    HttpRequest again = request("app.js").header("If-None-Match", tag).build();
    HttpResponse<String> answer = http.send(again, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(304);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void unknown_isRefusedInASentence() throws Exception {
    HttpResponse<String> answer = get("missing.js");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("the console has no such file");
    assertThat(get("..%2Fopenapi.json").statusCode()).isEqualTo(404);
  }

  /** The first page and whatever files name, and so on. */
  private Map<String, HttpResponse<String>> everything() throws IOException, InterruptedException {
    Map<String, HttpResponse<String>> files = new LinkedHashMap<>();
    Deque<String> wanted = new ArrayDeque<>();
    wanted.add("");
    while (!wanted.isEmpty()) {
      String name = wanted.pop();
      if (files.containsKey(name)) {
        continue;
      }
      HttpResponse<String> answer = get(name);
      files.put(name, answer);
      if (name.isEmpty() || name.endsWith(".js")) {
        Matcher found = NAMED.matcher(name.startsWith("uPlot") ? "" : answer.body());
        while (found.find()) {
          String file = found.group(1) + found.group(2) + found.group(3);
          wanted.add(file.replace("null", "").replace("./", ""));
        }
      }
    }
    return files;
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "js" -> "text/javascript";
      case "css" -> "text/css";
      case "svg" -> "image/svg+xml";
      case "json" -> "application/json";
      default -> "text/html; charset=utf-8";
    };
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  private HttpResponse<String> get(String name) throws IOException, InterruptedException {
    return http.send(request(name).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String name) {
    return HttpRequest.newBuilder(
        URI.create(Objects.requireNonNull(open).server.url() + "/" + name));
  }
}
