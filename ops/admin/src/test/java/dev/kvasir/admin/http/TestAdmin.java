package dev.kvasir.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kvasir.admin.AdminParts;
import dev.kvasir.admin.AuditLog;
import dev.kvasir.admin.LogLevels;
import dev.kvasir.admin.Quotas;
import dev.kvasir.admin.event.EventLog;
import dev.kvasir.admin.event.EventSources;
import dev.kvasir.admin.metric.NodeMetrics;
import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.Scope;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.AheadEncoder;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.http.access.Access;
import dev.kvasir.http.access.Role;
import dev.kvasir.http.json.Json;
import dev.kvasir.http.server.Server;
import dev.kvasir.http.server.ServerParts;
import dev.kvasir.http.server.ServerSettings;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.BlockStore;
import dev.kvasir.store.delete.DeletedCopies;
import dev.kvasir.store.delete.Deletions;
import dev.kvasir.store.delete.GuardedStore;
import dev.kvasir.store.delete.Tombstones;
import dev.kvasir.store.event.BlockEvents;
import dev.kvasir.store.event.TellingStore;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.guard.GuardBoard;
import dev.kvasir.store.holder.Holders;
import dev.kvasir.store.memory.MemoryGrid;
import dev.kvasir.store.pin.Pins;
import dev.kvasir.store.tier.DiskDirectory;
import dev.kvasir.warmup.PassageLayout;
import dev.kvasir.warmup.WarmUps;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An admin server over a grid in memory; every answer is held against the OpenAPI document. */
final class TestAdmin implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  final MemoryGrid grid = new MemoryGrid();
  final Tombstones tombstones = new Tombstones(grid.map(Tombstones.MAP), Duration.ofHours(1));
  final BlockStore store =
      new TellingStore(new GuardedStore(grid.blocks(), tombstones), new BlockEvents(grid));
  final Pins pins = new Pins(grid.map(Pins.MAP), InstantSource.system());
  final Quotas quotas = new Quotas(grid);
  final EventLog events = new EventLog(50, InstantSource.system());
  final AdminParts parts;
  final Server server;
  final GuardBoard guards;
  private final Contract contract = new Contract();
  private final DeletedCopies copies = new DeletedCopies(grid, List.of());
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final EventSources sources = new EventSources(grid, events, registry);
  private final NodeMetrics metrics = new NodeMetrics(Optional.empty(), Optional.empty());
  private final HttpClient http = HttpClient.newHttpClient();

  TestAdmin(Path corpora) {
    parts =
        new AdminParts(
            grid,
            store,
            new DiskDirectory(grid.map(DiskDirectory.NAME), tombstones),
            new Holders(grid),
            new Deletions(grid, store, tombstones, Duration.ofMillis(500)),
            pins,
            quotas,
            new WarmUps(
                new WarmUps.Parts(grid, store, tombstones, new Layout(), new Encoder(store))),
            new AuditLog(grid, InstantSource.system()),
            events,
            metrics,
            new Levels(),
            Json.object().put("secret", "****"),
            new AdminParts.Settings(Optional.of(corpora), Optional.empty(), "test"));
    server =
        Server.open(
            ServerSettings.on("127.0.0.1", 0),
            new ServerParts(
                Access.open("default"),
                Role.ADMIN,
                registry,
                OpenTelemetry.noop(),
                AdminApi.failures(),
                Optional::empty));
    server.serve(new AdminSite(parts));
    MemoryGrid metered =
        grid.join(
            new Member(
                "metered",
                Map.of("kvasir.kind", "decode-worker", "kvasir.http.url", server.url())));
    guards = new GuardBoard(metered, "feed", InstantSource.system());
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  /** An answer whose form was checked. */
  record Answer(int status, JsonNode body) {}

  Answer get(String template, String path) {
    return call("GET", template, path, null);
  }

  Answer post(String template, String path, String body) {
    return call("POST", template, path, body);
  }

  Answer delete(String template, String path) {
    return call("DELETE", template, path, null);
  }

  Answer call(String method, String template, String path, @Nullable String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + "/admin/v1" + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      contract.check(method, template, answer.statusCode(), answer.body());
      return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON", e);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Stores a block of a tenant, out of one document. */
  BlockKey store(int number, String tenant, String document) {
    BlockKey key = BlockKey.parse("%064x".formatted(number));
    BlockInfo info =
        new BlockInfo(
            "feed",
            "tenant:" + tenant,
            0,
            Set.of(new DocumentRef(Optional.of("letters"), Optional.of(document))),
            Instant.ofEpochSecond(1_800_000_000L + number));
    store.put(new EncodedBlock(key, new byte[10], List.of(new byte[90])), info).join();
    return key;
  }

  @Override
  public void close() {
    guards.close();
    events.close();
    server.close();
    sources.close();
    copies.close();
    metrics.close();
    http.close();
    assertThat(grid.healthy()).isTrue();
  }

  private static final class Levels implements LogLevels {
    private final Map<String, String> levels = new ConcurrentHashMap<>(Map.of("ROOT", "INFO"));

    @Override
    public Map<String, String> levels() {
      return new TreeMap<>(levels);
    }

    @Override
    public void set(String logger, String level) {
      levels.put(logger, level);
    }
  }

  /** A token for each character. */
  private record Layout() implements PassageLayout {
    @Override
    public String model() {
      return "feed";
    }

    @Override
    public ElementType elementType() {
      return ElementType.FLOAT16;
    }

    @Override
    public int contextTokens() {
      return 1_000;
    }

    @Override
    public long bytes(int tokens) {
      return 10L * tokens;
    }

    @Override
    public int tokens(String text) {
      return text.length();
    }

    @Override
    public Function<Passage, CacheableBlock> blocks(Scope scope, PrefixMode prefix) {
      return passage ->
          new CacheableBlock(
              new BlockIdentity(
                  model(),
                  elementType(),
                  Optional.empty(),
                  scope.text(),
                  TokenIds.of(passage.text().chars().toArray())),
              Optional.empty());
    }
  }

  /** Stores a byte for each block. */
  private record Encoder(BlockStore store) implements AheadEncoder {
    @Override
    public CompletableFuture<EncodedBlock> encode(CacheableBlock block) {
      EncodedBlock bytes = new EncodedBlock(block.key(), new byte[1], List.of());
      BlockInfo info =
          new BlockInfo(
              "feed", block.identity().scope(), 0, block.documents(), Instant.ofEpochSecond(1));
      return store.put(bytes, info).thenApply(_ -> bytes);
    }

    @Override
    public CompletableFuture<Outcome> encodeAhead(CacheableBlock block) {
      return encode(block).thenApply(_ -> Outcome.ENCODED);
    }
  }
}
