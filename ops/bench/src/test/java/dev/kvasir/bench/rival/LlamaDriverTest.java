package dev.kvasir.bench.rival;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.bench.BenchException;
import dev.kvasir.block.TokenIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver's protocol, with a Python that need not have llama.cpp. */
class LlamaDriverTest {
  private static final Path SCRIPTS =
      Path.of(System.getProperty("kvasir.root"), "ops", "bench", "rivals");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no json | not JSON",
        "[] | needs an op",
        "{\"op\":\"fly\"} | needs an op",
        "{\"op\":\"prefill\"} | setting needs exactly the fields",
        "{\"op\":\"prefill\",\"setting\":{\"model\":\"x\"}} | setting needs exactly the fields"
      })
  void exchange_badRequest_isOneLineOfError(String request, String reason) throws IOException {
    try (LlamaDriver driver = driver()) {
      JsonNode answer = new ObjectMapper().readTree(driver.exchange(request));

      assertThat(answer.path("error").asText()).contains(reason).hasLineCount(1);
    }
  }

  @Test
  void exchange_afterAnError_stillAnswers() {
    try (LlamaDriver driver = driver()) {
      driver.exchange("no json");

      assertThat(driver.peakRssBytes()).isPositive();
    }
  }

  @Test
  void prefill_missingModel_saysWhichFile() {
    LlamaSetting setting = LlamaSetting.single(folder.resolve("no.gguf"), true, 64, 1);
    try (LlamaDriver driver = driver()) {
      assertThatThrownBy(() -> driver.prefill(setting, List.of(TokenIds.of(1))))
          .isInstanceOf(BenchException.class)
          .hasMessageContaining("no.gguf");
    }
  }

  @Test
  void hit_noTail_saysWhatIsWrong() throws IOException {
    LlamaSetting setting =
        LlamaSetting.single(Files.createFile(folder.resolve("a.gguf")), true, 64, 1);
    try (LlamaDriver driver = driver()) {
      assertThatThrownBy(() -> driver.hit(setting, TokenIds.of(1), TokenIds.of()))
          .isInstanceOf(BenchException.class)
          .hasMessageContaining("none of them empty");
    }
  }

  @Test
  void decode_moreSequencesThanTheSetting_saysWhatIsWrong() throws IOException {
    LlamaSetting setting =
        LlamaSetting.single(Files.createFile(folder.resolve("a.gguf")), true, 64, 1);
    List<TokenIds> prompts = List.of(TokenIds.of(1), TokenIds.of(2));
    try (LlamaDriver driver = driver()) {
      assertThatThrownBy(() -> driver.decode(setting, prompts, 1))
          .isInstanceOf(BenchException.class)
          .hasMessageContaining("decode takes 1 sequences here, not 2");
    }
  }

  @Test
  void start_noPython_saysHowToSetUp() {
    assertThatThrownBy(() -> LlamaDriver.start(Path.of("no-such-python"), SCRIPTS))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("bench rivals --setup");
  }

  @Test
  void exchange_processEnded_saysSo() throws IOException {
    Path script = Files.writeString(folder.resolve("end.py"), "raise SystemExit\n");
    try (LlamaDriver driver = LlamaDriver.start(Path.of("python3"), script)) {
      assertThatThrownBy(() -> driver.exchange("{}"))
          .isInstanceOf(BenchException.class)
          .hasMessageContaining("has ended");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama_driver.py", "make_f16.py"})
  void script_wrongArguments_isOneLine(String script) throws Exception {
    Process process =
        new ProcessBuilder("python3", SCRIPTS.resolve(script).toString(), "x").start();

    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(errors).hasLineCount(1);
  }

  private static LlamaDriver driver() {
    return LlamaDriver.start(Path.of("python3"), SCRIPTS.resolve("llama_driver.py"));
  }
}
