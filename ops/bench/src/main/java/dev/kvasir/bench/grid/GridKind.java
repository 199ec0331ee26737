package dev.kvasir.bench.grid;

import dev.kvasir.grid.hazelcast.HazelcastGrid;
import dev.kvasir.grid.hazelcast.HazelcastSettings;
import dev.kvasir.grid.ignite.IgniteGrid;
import dev.kvasir.grid.ignite.IgniteSettings;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.join.Membership;
import java.util.List;
import java.util.Locale;

/** The product behind a grid of one member with 1 GiB for blocks, on loopback. */
public enum GridKind {
  IGNITE {
    @Override
    Grid member(int port) {
      return IgniteGrid.start(
          IgniteSettings.embedded()
              .withNode("far", port, 0, List.of())
              .withSize(MEMORY_BYTES, PARTITIONS));
    }

    @Override
    Grid guest(int port) {
      return IgniteGrid.start(IgniteSettings.embedded().withMembership(guestOf(port)));
    }
  },
  HAZELCAST {
    @Override
    Grid member(int port) {
      return HazelcastGrid.start(hazelcast("far", port));
    }

    @Override
    Grid guest(int port) {
      return HazelcastGrid.start(hazelcast("near", 0).withMembership(guestOf(port)));
    }
  };

  /** Name of the grid where the product asks for one. */
  public static final String CLUSTER = "kvasir-bench";

  static final String HOST = "127.0.0.1";

  private static final long MEMORY_BYTES = 1L << 30;

  /** As the configuration has them: a member with another number is not let in. */
  private static final int PARTITIONS = 128;

  /** The member that holds the blocks, found at this port. The caller closes it. */
  abstract Grid member(int port);

  /** A process of that member's grid that holds none, as a decode worker. The caller closes it. */
  abstract Grid guest(int port);

  private static HazelcastSettings hazelcast(String name, int port) {
    return HazelcastSettings.embedded()
        .withMember(name, CLUSTER, port, List.of())
        .withSize(MEMORY_BYTES, PARTITIONS);
  }

  private static Membership guestOf(int port) {
    return Membership.of(GridRole.LITE, Discovery.Static.of(HOST + ":" + port));
  }

  /** As tables, files and the configuration name it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
