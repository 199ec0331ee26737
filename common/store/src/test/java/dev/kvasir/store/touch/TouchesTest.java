package dev.kvasir.store.touch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.block.BlockKey;
import dev.kvasir.store.Blocks;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TouchesTest {
  private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

  @Test
  void used_fewKeys_comeInOneMessage() throws InterruptedException {
    Sent sent = new Sent();
    try (Touches touches = new Touches(sent)) {
      touches.used(keys(3));
      assertThat(sent.take(3)).containsExactlyElementsOf(keys(3));
    }
  }

  @Test
  void used_manyKeys_comeInMessagesOfBoundedSize() throws InterruptedException {
    Sent sent = new Sent();
    try (Touches touches = new Touches(sent)) {
      touches.used(keys(1_000));
      assertThat(sent.take(1_000)).containsExactlyElementsOf(keys(1_000));
      assertThat(touches.dropped()).isZero();
    }
  }

  @Test
  void used_topicStuck_dropsAndNeverBlocks() {
    CountDownLatch stuck = new CountDownLatch(1);
    Sent sent = new Sent(stuck);
    try (Touches touches = new Touches(sent)) {
      IntStream.range(0, 20).forEach(_ -> touches.used(keys(1_000)));
      assertThat(touches.dropped()).isGreaterThanOrEqualTo(20_000 - 17 * 256);
      stuck.countDown();
    }
  }

  @Test
  void used_afterClose_isDropped() {
    Touches touches = new Touches(new Sent());
    touches.close();
    touches.used(keys(300));
    assertThat(touches.dropped()).isEqualTo(300);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1", "1 ", "2 " + KEY, "1 " + KEY + "A", "1 !", "1 " + KEY + " ", KEY})
  void parse_whatIsNoMessage_isEmpty(String message) {
    assertThat(TouchMessage.parse(message)).isEmpty();
  }

  @Test
  void parse_tooManyKeys_isEmpty() {
    assertThat(TouchMessage.parse(TouchMessage.of(keys(256)))).contains(keys(256));
    assertThat(TouchMessage.parse(TouchMessage.of(keys(257)))).isEmpty();
  }

  private static List<BlockKey> keys(int count) {
    return IntStream.range(0, count).mapToObj(Blocks::key).toList();
  }

  /** Keeps what is published; each publishing waits for the latch. */
  private static final class Sent implements Topic {
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CountDownLatch go;

    Sent() {
      this(new CountDownLatch(0));
    }

    Sent(CountDownLatch go) {
      this.go = go;
    }

    @Override
    public void publish(String message) {
      try {
        go.await();
        messages.add(message);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    List<BlockKey> take(int count) throws InterruptedException {
      List<BlockKey> keys = new ArrayList<>();
      while (keys.size() < count) {
        String message = messages.poll(60, TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        List<BlockKey> more = TouchMessage.parse(message).orElseThrow();
        assertThat(more).hasSizeLessThanOrEqualTo(256);
        keys.addAll(more);
      }
      return keys;
    }

    @Override
    public Subscription subscribe(Consumer<String> listener) {
      throw new UnsupportedOperationException("nobody listens");
    }
  }
}
