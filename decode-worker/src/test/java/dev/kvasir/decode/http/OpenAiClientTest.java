package dev.kvasir.decode.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.kvasir.decode.Completion.FinishReason;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The official Python client, unchanged but for its base URL. */
class OpenAiClientTest {
  private static final Path FOLDER = Path.of("target", "openai-venv").toAbsolutePath();
  private static final long FAILING_SEED = 13;

  @Test
  void officialClient_everythingItsUsersDo_works() throws Exception {
    try (TestApi api = new TestApi()) {
      api.generator.script = OpenAiClientTest::play;
      PythonVenv.Run run = venv().run(resource("openai_client.py"), api.url("/v1"));
      assertThat(run.status()).as(run.output()).isZero();
      assertThat(run.output()).contains("all checks passed with openai");
    }
  }

  private static void play(FakeGenerator.Stage stage) {
    stage.prompt();
    stage.text("Hel");
    if (stage.request.sampling().seed().orElse(0) == FAILING_SEED) {
      throw new IllegalStateException("the script says so");
    }
    stage.text("lo");
    stage.text(" there");
    stage.finish(FinishReason.STOP);
  }

  private static PythonVenv venv() throws Exception {
    try {
      return PythonVenv.with(FOLDER, resource("openai-requirements.txt"));
    } catch (PythonVenv.Unavailable e) {
      System.out.println("SKIPPED OpenAiClientTest: " + e.getMessage());
      return abort(e.getMessage());
    }
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(Objects.requireNonNull(OpenAiClientTest.class.getResource(name)).toURI());
  }
}
