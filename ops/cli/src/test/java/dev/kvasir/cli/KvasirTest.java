package dev.kvasir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.store.grid.join.FreePorts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class KvasirTest {
  @TempDir Path folder;

  @Test
  void version_option_namesProductAndJava() {
    Run run = run("--version");

    assertThat(run.status()).isZero();
    assertThat(run.output()).startsWith("kvasir 0.1.0").contains("Java 25");
  }

  @Test
  void help_option_listsEveryCommand() {
    assertThat(run("--help").output())
        .contains("quickstart", "serve", "config", "test", "bench", "block", "fetch-model");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bench",
        "block",
        "no-such-command",
        "serve --no-such-option",
        "serve --port many",
        "serve --cache-bytes 3x",
        "serve --grid carrier-pigeon",
        "bench agreement --kv float17",
        "bench agreement --mode half",
        "bench grid --grid carrier-pigeon",
        "bench grid --kv float17",
        "config --port 1",
        "faults --seed many",
        "finetune",
        "finetune no-such-step",
        "keys",
        "keys create --file x",
        "keys create --tenant a --roles root",
        "ask",
        "block export --out x",
        "block inspect"
      })
  void wrongUse_anyKind_isTwoLinesAndStatusTwo(String line) {
    Run run = run(line.isEmpty() ? new String[0] : line.split(" "));

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.errors()).startsWith("kvasir: ").contains("--help").hasLineCount(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"quickstart", "serve"})
  void port_inUse_isOneLineBeforeTheSlowStart(String command) throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Run run = run(command, "--port", Integer.toString(taken.getLocalPort()));

      assertFailed(run, "port " + taken.getLocalPort(), "--port");
    }
  }

  @Test
  void port_inFlagAndSetting_flagWins() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      assertFailed(run("serve", "--port", port, "--set", "http.port=0"), "port " + port);
    }
  }

  @Test
  void config_fileAndSetting_arePrintedWithTheirPlaces() throws IOException {
    Path file = Files.writeString(folder.resolve("kvasir.yaml"), "grid:\n  backups: 2\n");

    Run run = run("config", "--config", file.toString(), "--set", "cache.bytes=2GiB");

    assertThat(run.status()).isZero();
    assertThat(run.errors()).isEmpty();
    assertThat(run.output())
        .contains("  backups: 2  # from " + file + ", line 2\n")
        .contains("  bytes: 2GiB  # from --set cache.bytes\n")
        .contains("  partitions: 128\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config", "serve", "quickstart", "bench ttft"})
  void config_unknownKey_isOneLineWithTheNearest(String command) throws IOException {
    Path file = Files.writeString(folder.resolve("kvasir.yaml"), "grid:\n  backup: 2\n");
    String line = command + " --config " + file;

    assertFailed(
        run(line.split(" ")), file + ", line 2: there is no key grid.backup: ", "grid.backups");
  }

  @Test
  void keys_createListRevoke_showTheKeyOnceAndItsFateAfterwards() {
    String file = folder.resolve("keys.jsonl").toString();

    Run made =
        run(
            "keys",
            "create",
            "--file",
            file,
            "--tenant",
            "acme",
            "--roles",
            "data,admin",
            "--id=a");
    assertThat(made.status()).isZero();
    assertThat(made.output()).matches("kvasir-[A-Za-z0-9_-]{43}\n");
    assertThat(run("keys", "list", "--set", "security.keys_file=" + file).output())
        .contains("acme", "admin,data")
        .doesNotContain(made.output().strip());
    assertFailed(run("keys", "create", "--file", file, "--tenant", "acme", "--id=a"), "already");
    assertThat(run("keys", "revoke", "--file", file, "a").status()).isZero();
    assertFailed(run("keys", "revoke", "--file", file, "b"), "there is no key 'b'");
    assertFailed(run("keys", "list"), "give --file, or set security.keys_file");
  }

  @Test
  void serve_otherMachinesWithoutKeys_isOneLineBeforeTheSlowStart() {
    assertFailed(
        run("serve", "--host", "0.0.0.0", "--port", "0", "--model", folder.toString()),
        "there are no keys",
        "security.keys_file");
  }

  @Test
  void hazelcast_withTls_isRefusedInOneLine() {
    assertFailed(
        run("cache-node", "--set", "grid.kind=hazelcast", "--set", "grid.mutual_tls=true"),
        "grid.mutual_tls must be false with hazelcast");
  }

  @Test
  void threads_none_isOneLineWithTheFlag() {
    assertFailed(run("serve", "--threads", "0"), "--threads: model.threads must be from 1");
  }

  @Test
  void serve_sectionGivenAsText_isRefused() {
    assertFailed(run("serve", "--port", "0", "--set=disk={}"), "disk must be a section");
  }

  @Test
  void model_missingFile_isOneLine() {
    assertFailed(run("serve", "--port", "0", "--model", "no/such.gguf"), "no/such.gguf");
  }

  @Test
  void model_folderWithoutConfig_isOneLine() {
    assertFailed(run("serve", "--port", "0", "--model", folder.toString()), "config.json");
  }

  @Test
  void adapter_missingFolder_isOneLine() {
    String model = folder.toString();
    assertFailed(
        run("serve", "--port", "0", "--model", model, "--adapter", "no/adapter"),
        "no/adapter",
        "--adapter");
  }

  @Test
  void model_notGguf_isOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("model.gguf"), "this is no model".repeat(9));

    assertFailed(run("serve", "--port", "0", "--model", file.toString()), "model.gguf");
  }

  @Test
  void quickstart_jsonInNoFolder_isOneLineBeforeTheSlowStart() {
    assertFailed(run("quickstart", "--port", "0", "--json", "/no/such/x.json"), "x.json");
  }

  @ParameterizedTest
  @CsvSource({
    "--json=/no/such/x.json, x.json",
    "--work=decode-9, decode-9",
    "--repeats=0, --repeats",
    "--threads=0, --threads"
  })
  void benchEngine_badOption_isOneLineBeforeTheSlowStart(String option, String part) {
    assertFailed(run("bench", "engine", option), part);
  }

  @ParameterizedTest
  @CsvSource({
    "--json=/no/such/x.json, x.json",
    "--outcomes=/no/such/x.lines, x.lines",
    "--questions=no.gz, --questions",
    "--limit=0, --limit",
    "--passages=0, --passages"
  })
  void benchAgreement_badOption_isOneLineBeforeTheSlowStart(String option, String part) {
    assertFailed(run("bench", "agreement", option), part);
  }

  @ParameterizedTest
  @CsvSource({
    "--minutes=0, --minutes",
    "--pairs=0, --pairs",
    "--patience=0, --patience",
    "--grid=memory, --grid",
    "--only=earthquake, kill-cache-node"
  })
  void faults_badOption_isOneLineBeforeTheSlowStart(String option, String part) {
    assertFailed(run("faults", option), part);
  }

  @Test
  void test_withoutLauncher_namesTheLauncher() {
    assertFailed(run("test"), "./kvasir test");
  }

  @Test
  void export_textThenInspect_showsTheBlock() throws IOException {
    EncodedBlock block = TestBlocks.block(5);
    Path file = folder.resolve("block.arrow");
    try (FakeServer server = new FakeServer(request -> new FakeServer.Reply(200, json(block)))) {
      Run export = run("block", "export", "--text", "x", "--out", file.toString(), url(server));
      assertThat(export.errors()).isEmpty();
      assertThat(export.output()).contains(block.key().hex());
      assertThat(server.requests.getFirst().path("return").asText()).isEqualTo("bytes");
    }

    Run inspect = run("block", "inspect", file.toString());

    assertThat(inspect.status()).isZero();
    assertThat(inspect.output())
        .contains(block.key().hex(), "3 layers, 2 KV heads, 5 tokens, head dimension 8, float16")
        .contains("100 101 102 103 104", "k[0] = 0.0000 0.1250", "v[0] = 0.0000 -0.1250")
        .contains("480 values, 0 of them not finite");
  }

  /** The first row is 0 to 7/8, so its scale is 7/8 / 127 and its second number 18 of those. */
  @Test
  void inspect_int8Block_showsProducts() throws IOException {
    EncodedBlock block = TestBlocks.block(5, ElementType.INT8);
    Path file = folder.resolve("int8.arrow");
    try (ArrowBlockCodec codec = new ArrowBlockCodec();
        OutputStream out = Files.newOutputStream(file)) {
      codec.export(block, out);
    }

    Run inspect = run("block", "inspect", file.toString());

    assertThat(inspect.status()).isZero();
    assertThat(inspect.output())
        .contains(block.key().hex(), "head dimension 8, int8")
        .contains("k[0] = 0.0000 0.1240 0.2480 0.3720", "v[0] = 0.0000 -0.1240")
        .contains("480 values, 0 of them not finite");
  }

  @Test
  void export_hashThatTheServerLacks_isOneLine() {
    String hash = "ab".repeat(32);
    try (FakeServer server =
        new FakeServer(request ->
            new FakeServer.Reply(
                200, "{\"data\":[{\"hash\":\"" + hash + "\",\"stored\":false}]}"))) {
      assertFailed(
          run("block", "export", hash, "--out", folder.resolve("x").toString(), url(server)), hash);
    }
  }

  @Test
  void export_serverRefuses_isItsReasonInOneLine() {
    String error = "{\"error\":{\"message\":\"documents[0] is empty\"}}";
    try (FakeServer server = new FakeServer(request -> new FakeServer.Reply(400, error))) {
      assertFailed(
          run("block", "export", "--text", "x", "--out", folder + "/x", url(server)),
          "documents[0] is empty");
    }
  }

  @Test
  void export_noServer_saysHowToStartOne() {
    assertFailed(
        run(
            "block",
            "export",
            "--text",
            "x",
            "--out",
            folder + "/x",
            "--url=http://127.0.0.1:" + FreePorts.find()),
        "./kvasir serve");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothex", "abcd"})
  void export_noHash_isOneLine(String hash) {
    assertFailed(run("block", "export", hash, "--out", folder + "/x"), "64 hex digits");
  }

  @Test
  void inspect_foreignFile_isOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "no arrow at all, but long enough");

    assertFailed(run("block", "inspect", file.toString()), "not a sound exported block");
  }

  private static void assertFailed(Run run, String... parts) {
    assertThat(run.errors()).startsWith("kvasir: ").contains(parts).hasLineCount(1);
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).isEmpty();
  }

  private static String url(FakeServer server) {
    return "--url=" + server.url();
  }

  private static String json(EncodedBlock block) {
    ObjectNode list = new ObjectMapper().createObjectNode();
    ObjectNode node = list.putArray("data").addObject();
    node.put("hash", block.key().hex()).put("header", block.header());
    ArrayNode chunks = node.putArray("chunks");
    block.chunks().forEach(chunks::add);
    return list.toString();
  }

  /** Runs a command line in this process; picocli looks at System.out when it is made. */
  private static Run run(String... arguments) {
    StringWriter errors = new StringWriter();
    PrintStream console = System.out;
    var printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      CommandLine line = Kvasir.commandLine();
      line.setErr(new PrintWriter(errors, true));
      int status = line.execute(arguments);
      return new Run(status, printed.toString(StandardCharsets.UTF_8), errors.toString());
    } finally {
      System.setOut(console);
    }
  }

  private record Run(int status, String output, String errors) {}
}
