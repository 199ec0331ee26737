package dev.kvasir.bench.engine;

import dev.kvasir.bench.rival.LlamaDriver;
import dev.kvasir.bench.rival.LlamaDriver.Timed;
import dev.kvasir.bench.rival.LlamaSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** llama.cpp at one task, in whichever of its settings does it fastest. Borrows the driver. */
final class Rival {
  static final String MISSING = "not installed";

  private final Optional<LlamaDriver> driver;
  private final List<LlamaSetting> candidates;
  private final Task task;
  private final List<Double> seconds = new ArrayList<>();
  private @Nullable LlamaSetting chosen;

  /** A request to the driver. */
  @FunctionalInterface
  interface Task {
    Timed run(LlamaDriver driver, LlamaSetting setting);
  }

  Rival(Optional<LlamaDriver> driver, List<LlamaSetting> candidates, Task task) {
    this.driver = driver;
    this.candidates = candidates;
    this.task = task;
  }

  /** Tries every setting once warm and keeps the fastest; what that one answered. */
  Optional<Timed> choose() {
    return driver.map(this::fastest);
  }

  private Timed fastest(LlamaDriver llama) {
    LlamaSetting best = candidates.getFirst();
    Timed answer = warm(llama, best);
    for (LlamaSetting candidate : candidates.subList(1, candidates.size())) {
      Timed other = warm(llama, candidate);
      boolean faster = other.seconds() < answer.seconds();
      llama.close(faster ? best : candidate);
      best = faster ? candidate : best;
      answer = faster ? other : answer;
    }
    chosen = best;
    return answer;
  }

  private Timed warm(LlamaDriver llama, LlamaSetting setting) {
    Timed first = task.run(llama, setting);
    return first.seconds() > 2 ? first : task.run(llama, setting);
  }

  void measure() {
    LlamaSetting setting = chosen;
    if (setting != null) {
      driver.ifPresent(llama -> seconds.add(task.run(llama, setting).seconds()));
    }
  }

  /** The measured seconds in another unit. */
  Optional<Spread> spread(DoubleUnaryOperator unit) {
    return seconds.isEmpty()
        ? Optional.empty()
        : Optional.of(Spread.of(seconds.stream().map(unit::applyAsDouble).toList()));
  }

  String name() {
    return name("");
  }

  /** With more about how it was measured. */
  String name(String how) {
    return chosen == null ? MISSING : chosen.label() + how;
  }

  void close() {
    if (chosen != null) {
      LlamaSetting open = chosen;
      driver.ifPresent(llama -> llama.close(open));
    }
  }
}
