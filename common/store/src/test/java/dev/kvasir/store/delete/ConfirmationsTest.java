package dev.kvasir.store.delete;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.Subscription;
import dev.kvasir.store.grid.Topic;
import dev.kvasir.store.memory.MemoryGrid;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ConfirmationsTest {
  private static final Removed FILES = new Removed(2, 700);

  private final MemoryGrid grid = new MemoryGrid();

  /** A grid under way may take seconds to say that it has subscribed, and deliver meanwhile. */
  @Test
  void listen_confirmedWhileItSubscribes_isHeard() {
    try (Confirmations.Listening listening = new Confirmations(hasty()).listen()) {
      assertThat(listening.await(7, Duration.ofMinutes(1))).isCompleted();
      assertThat(listening.missing()).isEmpty();
      assertThat(listening.files()).isEqualTo(FILES);
    }
  }

  private Grid hasty() {
    Topic topic = new Hasty(Confirmations.message(7, FILES, grid.self()));
    return (Grid)
        Proxy.newProxyInstance(
            Grid.class.getClassLoader(),
            new Class<?>[] {Grid.class},
            (_, method, arguments) ->
                method.getName().equals("topic") ? topic : method.invoke(grid, arguments));
  }

  private record Hasty(String message) implements Topic {
    @Override
    public void publish(String unheard) {}

    @Override
    public Subscription subscribe(Consumer<String> listener) {
      listener.accept(message);
      return () -> {};
    }
  }
}
