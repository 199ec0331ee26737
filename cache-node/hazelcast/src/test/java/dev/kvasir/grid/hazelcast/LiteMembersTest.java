package dev.kvasir.grid.hazelcast;

import static dev.kvasir.store.ManyBlocks.assertHasAll;
import static dev.kvasir.store.ManyBlocks.putAll;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.store.grid.join.Discovery;
import dev.kvasir.store.grid.join.GridRole;
import dev.kvasir.store.grid.join.Membership;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("cluster")
class LiteMembersTest {
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);
  private static final int SEED = TestMembers.freePort();

  /** Nobody has the lite members' addresses: they have to look for the new grid. */
  @Test
  void members_allThatHoldDataRestarted_liteOnesFindThem() {
    HazelcastGrid keeper = HazelcastGrid.start(TestMembers.member("keeper", SEED, SEED));
    try (HazelcastGrid one = lite("lite-one");
        HazelcastGrid two = lite("lite-two")) {
      TestMembers.instance("keeper").getLifecycleService().terminate();
      keeper.close();
      await(() -> !one.healthy() && !two.healthy());

      try (HazelcastGrid again = HazelcastGrid.start(TestMembers.member("keeper", SEED, SEED))) {
        await(() -> again.members().size() == 3 && one.healthy() && two.healthy());
        putAll(again.blocks(), 10);
        for (HazelcastGrid lite : List.of(one, two)) {
          assertHasAll(lite.blocks(), 10);
        }
      }
    }
  }

  private static HazelcastGrid lite(String name) {
    Membership membership =
        Membership.of(GridRole.LITE, Discovery.Static.of(TestMembers.LOOPBACK + ":" + SEED));
    return HazelcastGrid.start(TestMembers.member(name, 0, SEED).withMembership(membership));
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      LockSupport.parkNanos(5_000_000);
    }
  }
}
