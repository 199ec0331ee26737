package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogFormatTest {
  /** A process of its own, since a process chooses its format once. */
  static final class Speaking {
    private Speaking() {}

    public static void main(String[] arguments) {
      LoggerFactory.getLogger("dev.kvasir.test").info("block={} came", "ab\"c");
    }
  }

  @Test
  void json_everyLine_isAnObject() throws Exception {
    String line = spoken("json");

    JsonNode object = new ObjectMapper().readTree(line);
    assertThat(object.path("formattedMessage").asText()).isEqualTo("block=ab\"c came");
    assertThat(object.path("level").asText()).isEqualTo("INFO");
    assertThat(object.path("loggerName").asText()).isEqualTo("dev.kvasir.test");
    assertThat(object.path("timestamp").asLong()).isPositive();
  }

  @Test
  void text_everyLine_isForPeople() throws Exception {
    assertThat(spoken("text")).matches("\\d\\d:\\d\\d:\\d\\d INFO  test: block=ab\"c came");
  }

  private static String spoken(String format) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dkvasir.log.format=" + format,
                "-cp",
                System.getProperty("java.class.path"),
                Speaking.class.getName())
            .start();
    String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return said.strip();
  }
}
