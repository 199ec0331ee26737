package dev.kvasir.grid.hazelcast;

import com.hazelcast.client.Client;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import dev.kvasir.store.grid.Member;
import dev.kvasir.store.grid.join.GridRole;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Who is in the grid. Members see each other and the clients that are connected to them; a client
 * sees the members and itself. A member's configured name travels as an attribute, a client's as
 * its name. Thread-safe; never asks another process.
 */
final class HazelcastMembers {
  /** A member's attribute that holds its name; not among those that callers see. */
  static final String NAME = "kvasir.member";

  private final HazelcastInstance instance;
  private final Member self;
  private final boolean client;
  private final int majority;
  private final BooleanSupplier linked;

  /**
   * Borrows the member or client.
   *
   * @param linked whether it has its grid now, if it runs
   */
  HazelcastMembers(HazelcastInstance instance, HazelcastSettings settings, BooleanSupplier linked) {
    this.instance = instance;
    this.self = new Member(settings.instanceName(), settings.membership().attributes());
    this.client = settings.membership().role() == GridRole.CLIENT;
    this.majority = settings.majority();
    this.linked = linked;
  }

  Member self() {
    return self;
  }

  /** In the order of their names; nobody while this process has no grid. */
  List<Member> now() {
    if (!inGrid()) {
      return List.of();
    }
    try {
      return Stream.concat(members(), clients()).sorted(Comparator.comparing(Member::id)).toList();
    } catch (HazelcastInstanceNotActiveException e) {
      return List.of();
    }
  }

  /**
   * Whether this process has its grid, and as many that hold data are in it as shared maps need.
   */
  boolean canWrite() {
    if (!inGrid()) {
      return false;
    }
    try {
      long data =
          instance.getCluster().getMembers().stream()
              .filter(member -> !member.isLiteMember())
              .count();
      return data >= majority;
    } catch (HazelcastInstanceNotActiveException e) {
      return false;
    }
  }

  private boolean inGrid() {
    return instance.getLifecycleService().isRunning() && linked.getAsBoolean();
  }

  private Stream<Member> members() {
    return instance.getCluster().getMembers().stream().map(HazelcastMembers::of);
  }

  private Stream<Member> clients() {
    return client
        ? Stream.of(self)
        : instance.getClientService().getConnectedClients().stream()
            .filter(client -> !BlockLine.is(client))
            .map(HazelcastMembers::of);
  }

  private static Member of(com.hazelcast.cluster.Member member) {
    Map<String, String> attributes = new HashMap<>(member.getAttributes());
    String name = attributes.remove(NAME);
    return new Member(name == null ? member.getUuid().toString() : name, attributes);
  }

  private static Member of(Client client) {
    Map<String, String> attributes = new HashMap<>();
    for (String label : client.getLabels()) {
      int end = label.indexOf('=');
      if (end > 0) {
        attributes.put(label.substring(0, end), label.substring(end + 1));
      }
    }
    return new Member(client.getName(), attributes);
  }
}
