package dev.kvasir.cli;

import dev.kvasir.cli.node.RunningNode;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs a node so that Ctrl-C or a termination signal closes it cleanly. */
final class UntilStopped {
  private static volatile boolean stopping;

  private UntilStopped() {}

  /** Whether the process is on its way out: what fails now fails because of that. */
  static boolean stopping() {
    return stopping;
  }

  /** Opens a node, uses it, closes it; a signal closes it earlier. */
  static <N extends RunningNode> void run(Supplier<N> opening, Consumer<N> use) {
    try (N node = opening.get()) {
      Runtime.getRuntime()
          .addShutdownHook(Thread.ofPlatform().name("kvasir-stop").unstarted(() -> stop(node)));
      use.accept(node);
    }
  }

  private static void stop(RunningNode node) {
    stopping = true;
    node.close();
  }

  /** Waits for a signal. */
  static void await() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the process with status 1 if closing takes longer: what it waits for may be gone. */
  static void haltAfter(Duration patience) {
    Thread.ofPlatform()
        .daemon()
        .name("kvasir-halt")
        .start(() -> {
          try {
            Thread.sleep(patience);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          Runtime.getRuntime().halt(1);
        });
  }
}
