package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What commands ask an admin process for. */
@Timeout(60)
class AdminRequestsTest {
  private final FakeServer admin = new FakeServer(_ -> new FakeServer.Reply(200, "{}"));

  @AfterEach
  void close() {
    admin.close();
  }

  @Test
  void blocksDelete_hash_isASelectorOfOneKey() {
    assertThat(run("blocks delete 0a1b")).isZero();
    assertThat(asked().path("selector").asText()).isEqualTo("key:0a1b");
    assertThat(asked().path("dry_run").asBoolean(true)).isFalse();
  }

  @Test
  void blocksDelete_selectorAndDryRun_areHandedOn() {
    assertThat(run("blocks delete --selector=document:tenant:acme/7 --dry-run")).isZero();
    assertThat(asked().path("selector").asText()).isEqualTo("document:tenant:acme/7");
    assertThat(asked().path("dry_run").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"blocks delete", "blocks delete 0a1b --selector=model:m"})
  void blocksDelete_notOneOfBoth_isRefused(String command) {
    assertThat(run(command)).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(admin.requests).isEmpty();
  }

  @Test
  void warmupPlan_relativePath_isTheAdminProcesss() {
    assertThat(run("warmup plan --corpus=nq/passages.jsonl")).isZero();
    assertThat(asked().at("/corpus/path").asText())
        .isEqualTo(Path.of("nq", "passages.jsonl").toString());
  }

  private JsonNode asked() {
    return admin.requests.getFirst();
  }

  private int run(String command) {
    CommandLine line = Kvasir.commandLine().setErr(new PrintWriter(Writer.nullWriter()));
    line.setOut(new PrintWriter(Writer.nullWriter()));
    return line.execute((command + " --url=" + admin.url()).split(" "));
  }
}
