package dev.kvasir.grid.hazelcast;

import com.hazelcast.client.Client;
import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.core.HazelcastInstance;
import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.GridRole;
import java.util.Optional;

/**
 * What a lite member's blocks travel through: a client of its own, since what members send each
 * other is copied into a packet as a whole, and a client is sent the stored bytes as they lie
 * there. Until the client has found the grid, and where it cannot look for it, the member itself.
 * Owns the client, borrows the member. Thread-safe.
 */
final class BlockLine implements AutoCloseable {
  private static final String LABEL = "kvasir-line";

  private final HazelcastInstance member;
  private final Optional<HazelcastInstance> client;
  private final ClientLink link;

  private BlockLine(HazelcastInstance member, Optional<HazelcastInstance> client, ClientLink link) {
    this.member = member;
    this.client = client;
    this.link = link;
  }

  /** Of a member with these settings; one that holds blocks needs none and gets none. */
  static BlockLine of(HazelcastInstance member, HazelcastSettings settings) {
    ClientLink link = new ClientLink();
    boolean wanted = settings.membership().role() == GridRole.LITE && isFound(settings);
    return new BlockLine(
        member, wanted ? Optional.of(open(settings, link)) : Optional.empty(), link);
  }

  private static boolean isFound(HazelcastSettings settings) {
    return switch (settings.membership().discovery()) {
      case Discovery.Static(var seeds) -> !seeds.isEmpty();
      case Discovery.Kubernetes _ -> true;
      case Discovery.Multicast _ -> false;
    };
  }

  private static HazelcastInstance open(HazelcastSettings settings, ClientLink link) {
    ClientConfig config = new ClientConfiguration(settings).build();
    config.setInstanceName(settings.instanceName() + "-line").addLabel(LABEL);
    config.addListenerConfig(new ListenerConfig(link));
    return HazelcastClient.newHazelcastClient(config);
  }

  /** Whether a client is a member's line, not a process of the grid. */
  static boolean is(Client client) {
    return client.getLabels().contains(LABEL);
  }

  /** Through which the next call goes. */
  HazelcastInstance now() {
    return client.filter(_ -> link.up()).orElse(member);
  }

  @Override
  public void close() {
    client.ifPresent(HazelcastInstance::shutdown);
  }
}
