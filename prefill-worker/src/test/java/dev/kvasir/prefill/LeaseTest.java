package dev.kvasir.prefill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.EncodedBlock;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.prefill.lease.EncodeLeases;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.prefill.testing.FakeEngine;
import io.opentelemetry.api.trace.TracerProvider;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeaseTest extends PrefillFixture {
  private final CompletableFuture<EncodeLeases.Answer> answer = new CompletableFuture<>();
  private final CompletableFuture<Boolean> released = new CompletableFuture<>();

  private final class Recorded implements EncodeLeases.Lease {
    @Override
    public CompletableFuture<Boolean> confirm() {
      return CompletableFuture.completedFuture(true);
    }

    @Override
    public void release() {
      released.complete(true);
    }
  }

  /** Nobody knew of it otherwise, and it would be renewed without end. */
  @Test
  void encode_leaseComesAfterItsDeadline_isGivenBack() {
    CacheableBlock block = Blocks.alone(FakeEngine.tokens(2, 40));
    PrefillWorker worker = worker(_ -> answer);
    assertSame(worker.encode(block).join(), directly(block));
    assertThat(released).isNotDone();

    answer.complete(new Recorded());

    assertThat(released).isCompletedWithValue(true);
  }

  /** Its former holder was not done when this worker looked, and was when it asked. */
  @Test
  void encode_storedBetweenTheLookAndTheLease_isTaken() {
    CacheableBlock block = Blocks.alone(FakeEngine.tokens(2, 40));
    EncodedBlock stored = directly(block);
    PrefillWorker worker =
        worker(_ -> store.put(stored, Blocks.info()).thenApply(_ -> new Recorded()));

    assertSame(worker.encode(block).join(), stored);

    assertThat(registry.counter("kvasir.encoded.blocks").count()).isZero();
    assertThat(released).isCompletedWithValue(true);
  }

  private PrefillWorker worker(EncodeLeases leases) {
    PrefillOptions options = new PrefillOptions(1_000, 1_024, 4, SHORT, SHORT, SHORT, 1 << 20);
    PrefillWorker worker =
        new PrefillWorker(
            new PrefillWorker.Parts(
                engine, codec, store, leases, registry, TracerProvider.noop().get("none")),
            options);
    workers.add(worker);
    return worker;
  }
}
