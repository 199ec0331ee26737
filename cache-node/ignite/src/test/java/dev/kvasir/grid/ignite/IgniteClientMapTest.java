package dev.kvasir.grid.ignite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.store.grid.Recorded;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.ignite.Ignition;
import org.apache.ignite.spi.discovery.tcp.TcpDiscoverySpi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Maps and topics from a node that holds nothing. */
@Tag("cluster")
class IgniteClientMapTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_NANOS = 5_000_000;
  private final IgniteSettings server = TestNodes.seed("server");
  private final IgniteSettings user = TestNodes.client("user", server);

  @Test
  void watch_clientWasCutOff_isInterruptedAndHearsAgain() {
    try (IgniteGrid grid = IgniteGrid.start(server);
        IgniteGrid client = IgniteGrid.start(user)) {
      SharedMap here = grid.map("leases");
      SharedMap there = client.map("leases");
      Recorded told = new Recorded();
      try (Subscription _ = there.watch(told)) {
        await(here.putIfAbsent("a", "1", SharedMap.FOREVER));
        assertThat(await(there.replace("a", "1", "2", SharedMap.FOREVER))).isTrue();
        until(() -> told.all().equals(List.of("a=1", "a=2")));
        expel(grid, client);
        until(() -> told.all().contains("interrupted"));
        assertThat(await(here.remove("a", "2"))).isTrue();
        until(() -> told.all().equals(List.of("a=1", "a=2", "interrupted", "a gone")));
        assertThat(await(there.putIfAbsent("b", "1", SharedMap.FOREVER))).isEmpty();
        assertThat(await(here.entries())).containsExactly(Map.entry("b", "1"));
      }
    }
  }

  @Test
  void topic_client_sendsAndHears() {
    try (IgniteGrid grid = IgniteGrid.start(server);
        IgniteGrid client = IgniteGrid.start(user)) {
      Recorded here = new Recorded();
      Recorded there = new Recorded();
      Topic topic = client.topic("swept");
      grid.topic("swept").subscribe(here::add);
      topic.subscribe(there::add);
      topic.publish("from the client");
      until(() -> here.all().size() == 1 && there.all().size() == 1);
      grid.topic("swept").publish("from the server");
      until(() -> here.all().size() == 2 && there.all().size() == 2);
      assertThat(there.all()).containsExactly("from the client", "from the server");
      assertThat(grid.members()).hasSize(2);
    }
  }

  /** The server takes the client for failed; the client joins again by itself. */
  private static void expel(IgniteGrid grid, IgniteGrid client) {
    var discovery =
        (TcpDiscoverySpi) Ignition.ignite(grid.self().id()).configuration().getDiscoverySpi();
    UUID expelled = Ignition.ignite(client.self().id()).cluster().localNode().id();
    discovery.failNode(expelled, "expelled by a test");
  }

  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time is up").isLessThan(end);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }
}
