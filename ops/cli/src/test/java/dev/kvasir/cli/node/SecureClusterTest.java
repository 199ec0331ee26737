package dev.kvasir.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.cli.FetchedModel;
import dev.kvasir.cli.api.Answer;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.api.Document;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.ConfigReader;
import dev.kvasir.config.ConfigSource;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.config.KvasirConfig;
import dev.kvasir.http.access.KeyFile;
import dev.kvasir.http.access.Role;
import dev.kvasir.http.client.PemTls;
import dev.kvasir.http.server.Tls;
import dev.kvasir.http.testing.TestCertificate;
import dev.kvasir.store.grid.join.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache node, a prefill worker and a decode worker with keys, a secret, and TLS everywhere. */
class SecureClusterTest {
  private static final String SECRET = "a-secret-that-is-only-for-tests";
  private static final List<Document> DOCUMENTS =
      List.of(new Document("1", "Heron Ferry", "The captain of the Heron Ferry is Ada Brook."));

  private final Path model = FetchedModel.path();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final int gridPort = FreePorts.find();

  @TempDir private Path folder;
  private Tls tls;
  private SSLContext trust;
  private Path keys;
  private String acme;
  private String rival;
  private String operator;

  @BeforeEach
  void makeKeys() throws Exception {
    tls = TestCertificate.make(folder);
    trust = PemTls.trusting(tls.certificate());
    keys = folder.resolve("keys.jsonl");
    KeyFile file = new KeyFile(keys);
    acme = file.create("acme", "acme", Set.of(Role.DATA)).text();
    rival = file.create("rival", "rival", Set.of(Role.DATA)).text();
    operator = file.create("operator", "ops", Set.of(Role.ADMIN)).text();
  }

  @AfterEach
  void close() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  @Test
  void ask_withKeys_isAnsweredByWorkersThatKnowTheSecretAndSharedWithNobody() throws Exception {
    CacheNode cache =
        add(CacheNode.open(config("cache", "grid.role=member", "grid.discovery_port=" + gridPort)));
    int listen = FreePorts.find();
    PrefillNode prefill =
        add(PrefillNode.open(options("prefill", "prefill.listen=127.0.0.1:" + listen)));
    LocalNode decode = add(LocalNode.openServing(options("decode")));

    Answer cold = ask(decode, acme);
    assertThat(cold.cachedTokens()).isZero();
    assertThat(decode.metrics().counter("kvasir.encoded.blocks").count())
        .as("the prefill worker encoded them, so it let the decode worker in")
        .isZero();
    Answer warm = ask(decode, acme);
    assertThat(warm.text()).isEqualTo(cold.text());

    Answer foreign = ask(decode, rival);
    assertThat(foreign.text()).isEqualTo(cold.text());
    assertThat(foreign.cachedTokens())
        .as("only the default block 0 is everybody's")
        .isLessThan(warm.cachedTokens());
    assertThatThrownBy(() -> ask(decode, "kvasir-nobody"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("401");
    assertThatThrownBy(() -> ask(decode, operator)).hasMessageContaining("403");

    for (String url : List.of(cache.url(), prefill.url(), decode.url())) {
      assertThat(url).startsWith("https://");
      assertThat(status("GET", url + "/health/ready", "")).isEqualTo(200);
      assertThat(status("GET", url + "/metrics", "")).isEqualTo(401);
      assertThat(status("GET", url + "/metrics", acme)).isEqualTo(403);
      assertThat(status("GET", url + "/metrics", operator)).isEqualTo(200);
      assertThat(status("GET", url + "/metrics", SECRET)).isEqualTo(200);
    }
    String encode = prefill.url() + "/internal/v1/encode";
    assertThat(status("POST", encode, "")).isEqualTo(401);
    assertThat(status("POST", encode, acme)).isEqualTo(403);
    assertThat(status("POST", encode, SECRET)).as("let in, but without a body").isEqualTo(415);
  }

  private Answer ask(LocalNode node, String key) {
    try (ApiClient client =
        new ApiClient(URI.create(node.url()), Optional.of(key), Optional.of(trust))) {
      return client.ask("Who is the captain of the Heron Ferry?", DOCUMENTS, "block", 8);
    }
  }

  private int status(String method, String url, String key)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(url))
              .method(method, HttpRequest.BodyPublishers.noBody());
      if (!key.isEmpty()) {
        request.header("Authorization", "Bearer " + key);
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  private NodeOptions options(String name, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(more));
    all.addAll(List.of("grid.role=client", "model.threads=2", "cache.bytes=64MiB"));
    return new NodeOptions(model, config(name, all.toArray(String[]::new)));
  }

  private KvasirConfig config(String name, String... assignments) {
    List<String> all = new ArrayList<>(Arrays.asList(assignments));
    all.addAll(
        List.of(
            "http.port=0",
            "grid.instance_name=" + name,
            "grid.memory_bytes=128MiB",
            "grid.partitions=32",
            "grid.discovery.seeds=127.0.0.1:" + gridPort,
            "grid.mutual_tls=true",
            "security.keys_file=" + keys,
            "security.cluster_secret=" + SECRET,
            "security.tls.certificate=" + tls.certificate(),
            "security.tls.key=" + tls.key(),
            "security.tls.authorities=" + tls.certificate()));
    List<Flag> flags = all.stream().map(Flag::set).toList();
    return ConfigReader.read(
            KvasirConfig.class, KvasirConfig.defaults(), List.of(new ConfigSource.Flags(flags)))
        .value();
  }

  private <T extends AutoCloseable> T add(T closeable) {
    open.push(closeable);
    return closeable;
  }
}
