package dev.kvasir.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.store.BlockInfo;
import dev.kvasir.store.memory.MemoryGrid;
import dev.kvasir.store.pin.Pins;
import dev.kvasir.warmup.job.JobBoard;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterGaugesTest {
  private static final BlockKey KEY = BlockKey.parse("ab".repeat(32));

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final InstantSource clock = now::get;
  private final MemoryGrid grid = new MemoryGrid();
  private final Pins pins = new Pins(grid.map(Pins.MAP), clock);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ClusterGauges gauges =
      new ClusterGauges(
          new ClusterGauges.Sources(pins, new JobBoard(grid), Optional.of(grid.blocks())),
          registry,
          clock);

  @AfterEach
  void close() {
    gauges.close();
  }

  @Test
  void look_aPinStays_itsAgeGrows() {
    pins.pin(KEY, "tests", Duration.ofDays(1)).join();
    gauges.look();
    now.set(Instant.EPOCH.plusSeconds(90));
    gauges.look();

    assertThat(value("kvasir.pins")).isEqualTo(1);
    assertThat(value("kvasir.pin.age.seconds.max")).isEqualTo(90);

    pins.unpin(KEY, "tests").join();
    gauges.look();
    assertThat(value("kvasir.pins")).isZero();
    assertThat(value("kvasir.pin.age.seconds.max")).isZero();
  }

  @Test
  void look_blocksOfTwoTenants_areChargedToEach() {
    put("01", "tenant:acme", 10);
    put("02", "tenant:acme", 30);
    put("03", "tenant:other", 5);

    gauges.look();

    assertThat(charged("tenant:acme")).isEqualTo(40);
    assertThat(charged("tenant:other")).isEqualTo(5);
  }

  private void put(String hex, String scope, int bytes) {
    BlockKey key = BlockKey.parse(hex.repeat(32));
    grid.blocks()
        .put(
            new EncodedBlock(key, new byte[0], List.of(new byte[bytes])),
            new BlockInfo("model", scope, 0, Set.of(), Instant.EPOCH))
        .join();
  }

  private double charged(String tenant) {
    return registry.get("kvasir.tenant.charged.bytes").tag("tenant", tenant).gauge().value();
  }

  private double value(String name) {
    return registry.get(name).gauge().value();
  }
}
