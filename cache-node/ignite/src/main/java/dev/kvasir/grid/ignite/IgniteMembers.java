package dev.kvasir.grid.ignite;

import dev.kvasir.store.grid.Member;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.ignite.cluster.ClusterNode;

/**
 * Who is in the grid, as discovery sees it. A node's own attributes carry a prefix, since Ignite
 * publishes the system properties and environment of each node beside them.
 */
final class IgniteMembers {
  private static final String PREFIX = "kvasir.member.";

  private IgniteMembers() {}

  /** A member's attributes as a node tells them when it joins. */
  static Map<String, Object> told(Map<String, String> attributes) {
    Map<String, Object> told = HashMap.newHashMap(attributes.size());
    attributes.forEach((name, value) -> told.put(PREFIX + name, value));
    return told;
  }

  /** In the order of their names. */
  static List<Member> of(Collection<ClusterNode> nodes) {
    return nodes.stream().map(IgniteMembers::of).sorted(Comparator.comparing(Member::id)).toList();
  }

  static Member of(ClusterNode node) {
    Map<String, String> attributes = new HashMap<>();
    node.attributes()
        .forEach((name, value) -> {
          if (name.startsWith(PREFIX)) {
            attributes.put(name.substring(PREFIX.length()), value.toString());
          }
        });
    return new Member(node.consistentId().toString(), attributes);
  }
}
