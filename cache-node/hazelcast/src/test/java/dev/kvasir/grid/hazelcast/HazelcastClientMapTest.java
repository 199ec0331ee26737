package dev.kvasir.grid.hazelcast;

import static dev.kvasir.grid.hazelcast.TestMembers.await;
import static dev.kvasir.grid.hazelcast.TestMembers.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.store.grid.Recorded;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.join.GridRole;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Maps and topics from a client, which holds nothing. */
@Tag("cluster")
class HazelcastClientMapTest {
  private final int port = TestMembers.freePort();
  private final HazelcastSettings server = TestMembers.member("server", port, port);
  private final HazelcastSettings user = TestMembers.user("user", GridRole.CLIENT, port);

  @Test
  void map_client_readsWritesAndWatchesLikeAMember() {
    try (HazelcastGrid grid = HazelcastGrid.start(server);
        HazelcastGrid client = HazelcastGrid.start(user)) {
      until(() -> client.members().size() == 2);
      SharedMap here = grid.map("leases");
      SharedMap there = client.map("leases");
      Recorded told = new Recorded();
      try (Subscription _ = there.watch(told)) {
        await(here.putIfAbsent("a", "1", SharedMap.FOREVER));
        assertThat(await(there.putIfAbsent("a", "2", SharedMap.FOREVER))).contains("1");
        assertThat(await(there.replace("a", "0", "2", SharedMap.FOREVER))).isFalse();
        assertThat(await(there.replace("a", "1", "2", Duration.ofMillis(300)))).isTrue();
        until(() -> told.of("a").equals(List.of("a=1", "a=2", "a gone")));
        await(there.putIfAbsent("b", "1", SharedMap.FOREVER));
        assertThat(await(here.entries())).containsExactly(Map.entry("b", "1"));
        assertThat(await(there.remove("b", "1"))).isTrue();
        until(() -> told.of("b").equals(List.of("b=1", "b gone")));
      }
    }
  }

  @Test
  void watch_gridRestarted_clientIsInterruptedAndHearsAgain() {
    HazelcastGrid before = HazelcastGrid.start(server);
    try (HazelcastGrid client = HazelcastGrid.start(user)) {
      Recorded told = new Recorded();
      try (Subscription _ = client.map("leases").watch(told)) {
        before.close();
        until(() -> !client.healthy());
        assertThat(client.members()).isEmpty();
        try (HazelcastGrid after = HazelcastGrid.start(server)) {
          until(() -> told.all().contains("interrupted"));
          until(client::healthy);
          until(() -> {
            String key = "key-" + UUID.randomUUID();
            await(after.map("leases").putIfAbsent(key, "1", SharedMap.FOREVER));
            return !told.of("key-").isEmpty();
          });
        }
      }
    }
  }

  @Test
  void topic_client_sendsAndHears() {
    try (HazelcastGrid grid = HazelcastGrid.start(server);
        HazelcastGrid client = HazelcastGrid.start(user)) {
      Recorded here = new Recorded();
      Recorded there = new Recorded();
      grid.topic("swept").subscribe(here::add);
      client.topic("swept").subscribe(there::add);
      client.topic("swept").publish("from the client");
      until(() -> here.all().size() == 1 && there.all().size() == 1);
      grid.topic("swept").publish("from the member");
      until(() -> here.all().size() == 2 && there.all().size() == 2);
      assertThat(there.all()).containsExactly("from the client", "from the member");
    }
  }
}
