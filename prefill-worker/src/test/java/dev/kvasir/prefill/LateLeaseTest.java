package dev.kvasir.prefill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.prefill.lease.EncodeLeases;
import dev.kvasir.prefill.testing.Blocks;
import dev.kvasir.prefill.testing.FakeEngine;
import io.opentelemetry.api.trace.TracerProvider;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LateLeaseTest extends PrefillFixture {
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
    PrefillOptions options = new PrefillOptions(1_000, 1_024, 4, SHORT, SHORT, SHORT, 1 << 20);
    PrefillWorker worker =
        new PrefillWorker(
            new PrefillWorker.Parts(
                engine, codec, store, _ -> answer, registry, TracerProvider.noop().get("none")),
            options);
    workers.add(worker);
    assertSame(worker.encode(block).join(), directly(block));
    assertThat(released).isNotDone();

    answer.complete(new Recorded());

    assertThat(released).isCompletedWithValue(true);
  }
}
