package dev.kvasir.decode.http;

import static dev.kvasir.decode.http.TestApi.q;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.decode.Completion.FinishReason;
import dev.kvasir.engine.OverloadedException;
import dev.kvasir.http.access.Access;
import dev.kvasir.http.access.KeyFile;
import dev.kvasir.http.access.KeyRing;
import dev.kvasir.http.access.Role;
import dev.kvasir.http.server.ListenException;
import dev.kvasir.store.memory.MemoryBlockStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY = q("{'messages':[{'role':'user','content':'Who?'}]}");
  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void start_portInUse_saysSoInOneLine() {
    try (TestApi api = new TestApi()) {
      TestApi.Settings taken = TestApi.settings("127.0.0.1", api.server.port(), 1, LONG);
      assertThatThrownBy(() -> new TestApi(taken))
          .isInstanceOf(ListenException.class)
          .hasMessage(
              "port %d on 127.0.0.1 is in use: choose another one or stop the program that has it",
              api.server.port());
    }
  }

  @Test
  void start_foreignAddress_saysSo(@TempDir Path folder) {
    TestApi.Settings foreign = TestApi.settings("192.0.2.1", 0, 1, LONG);
    Path keys = folder.resolve("keys.jsonl");
    new KeyFile(keys).create("one", "tests", Set.of(Role.DATA));
    Access access = Access.of(Optional.of(new KeyRing(keys)), Optional.empty(), "tests");
    assertThatThrownBy(() -> new TestApi(foreign, new MemoryBlockStore(), access))
        .isInstanceOf(ListenException.class)
        .hasMessageStartingWith("cannot listen on 192.0.2.1:0: ");
  }

  @Test
  void requests_moreThanSlots_areRefusedUntilOneIsFree() throws Exception {
    try (TestApi api = new TestApi(TestApi.settings(1, LONG))) {
      CountDownLatch running = new CountDownLatch(1);
      api.generator.script =
          stage -> {
            running.countDown();
            stage.prompt();
            stage.untilCancelled();
          };
      try (var _ = new SseClient(api, CHAT, BODY)) {
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
        HttpResponse<String> refused = api.post(CHAT, BODY);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("retry-after")).hasValue("1");
        assertThat(TestApi.json(refused.body()).at("/error/type").asText())
            .isEqualTo("rate_limit_error");
        assertThat(api.post("/v1/blocks:encode", q("{'passages':['a']}")).statusCode())
            .isEqualTo(429);
      }
      api.generator.script = FakeGenerator.says("ok");
      assertThat(api.generator.stages.element().cancelled.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(eventually(() -> api.post(CHAT, BODY).statusCode(), 200)).isTrue();
    }
  }

  @Test
  void requests_failedOnes_giveTheirSlotsBack() {
    try (TestApi api = new TestApi(TestApi.settings(1, LONG))) {
      for (int i = 0; i < 5; i++) {
        assertThat(api.post(CHAT, "{}").statusCode()).isEqualTo(400);
        assertThat(api.post("/v1/blocks:lookup", "{}").statusCode()).isEqualTo(400);
      }
      api.generator.script =
          stage -> {
            throw new OverloadedException("the queue is full");
          };
      assertThat(api.post(CHAT, BODY).statusCode()).isEqualTo(429);
      api.generator.script = FakeGenerator.says("ok");
      assertThat(api.post(CHAT, BODY).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void requests_manyAtOnce_getTheirOwnAnswers() throws Exception {
    try (TestApi api = new TestApi();
        ExecutorService clients = Executors.newFixedThreadPool(16)) {
      api.generator.script =
          stage -> {
            stage.prompt();
            stage.text(stage.request.sampling().stop().getFirst());
            stage.finish(FinishReason.STOP);
          };
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String body = BODY.replace("]}", "],\"stop\":\"s" + i + "\"}");
        answers.add(clients.submit(() -> api.chat(body).at("/choices/0/message/content").asText()));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).isEqualTo("s" + i);
      }
    }
  }

  @Test
  void stream_readerThatStalls_isDropped() throws Exception {
    TestApi.Settings impatient = TestApi.settings(64, Duration.ofMillis(300));
    try (TestApi api = new TestApi(impatient)) {
      String piece = "0123456789".repeat(1_000);
      api.generator.script =
          stage -> {
            stage.prompt();
            for (int i = 0; i < 2_000; i++) {
              stage.text(piece);
            }
            stage.untilCancelled();
          };
      String body = BODY.replace("]}", "],\"stream\":true}");
      try (SseClient client = new SseClient(api, CHAT, body)) {
        client.awaitFirstEvent();
        assertThat(api.generator.stages.element().cancelled.await(20, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void close_whileAReaderStalls_ends() throws Exception {
    TestApi api = new TestApi();
    CountDownLatch generated = new CountDownLatch(1);
    api.generator.script =
        stage -> {
          stage.prompt();
          stage.text("0123456789".repeat(2_000_000));
          generated.countDown();
          stage.untilCancelled();
        };
    try (var _ = new SseClient(api, CHAT, BODY.replace("]}", "],\"stream\":true}"))) {
      assertThat(generated.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(CompletableFuture.runAsync(api::close)).succeedsWithin(LONG);
      assertThat(api.generator.stages.element().cancelled.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void body_thatNeverEnds_isTimedOut() throws IOException {
    TestApi.Settings impatient = TestApi.settings(64, Duration.ofMillis(200));
    try (TestApi api = new TestApi(impatient);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.server.port())) {
      socket
          .getOutputStream()
          .write(
              ("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                      + "Content-Length: 100\r\n\r\n{")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(20_000);
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 408 ").contains("request_timeout");
    }
  }

  @Test
  void close_duringAnAnswer_endsIt() throws Exception {
    TestApi api = new TestApi();
    CountDownLatch running = new CountDownLatch(1);
    api.generator.script =
        stage -> {
          stage.prompt();
          running.countDown();
          stage.untilCancelled();
        };
    try (var _ = new SseClient(api, CHAT, BODY)) {
      assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();
      api.close();
      assertThat(api.generator.stages.element().cancelled.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static boolean eventually(IntSupplier value, int expected) throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      if (value.getAsInt() == expected) {
        return true;
      }
      Thread.sleep(20);
    }
    return false;
  }
}
