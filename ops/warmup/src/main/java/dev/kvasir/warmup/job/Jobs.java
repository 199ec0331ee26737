package dev.kvasir.warmup.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kvasir.store.grid.Grid;
import dev.kvasir.store.grid.SharedMap;
import dev.kvasir.store.grid.Subscription;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The warm-up jobs of a grid, each under its id in a shared map, and how fast the grid encodes. Two
 * changes of a job never overwrite each other. Jobs that ended are forgotten a week later. Methods
 * block while the grid answers and throw {@link dev.kvasir.store.StoreException} where it does not.
 * Thread-safe.
 */
public final class Jobs {
  /** Name of the map. */
  public static final String MAP = "kvasir-warmups";

  /** How long a job that ended is remembered. */
  public static final Duration KEPT = Duration.ofDays(7);

  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
  private static final String RATES = "kvasir-warmup-rates";
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final SharedMap map;
  private final SharedMap rates;

  public Jobs(Grid grid) {
    map = grid.map(MAP);
    rates = grid.map(RATES);
  }

  /** Adds a job. */
  public void add(Job job) {
    Answers.await(map.putIfAbsent(job.id(), text(job), SharedMap.FOREVER));
  }

  public Optional<Job> get(String id) {
    return Optional.ofNullable(Answers.await(map.getAll(List.of(id))).get(id)).flatMap(Jobs::read);
  }

  /** All of them, the newest first. */
  public List<Job> list() {
    return Answers.await(map.entries()).values().stream()
        .flatMap(text -> read(text).stream())
        .sorted(Comparator.comparingLong(Job::createdAtMillis).reversed().thenComparing(Job::id))
        .toList();
  }

  /**
   * Changes a job by what it is now, again and again until no other change comes between.
   *
   * @return what it is then; empty if there is none
   */
  public Optional<Job> change(String id, UnaryOperator<Job> edit) {
    while (true) {
      String known = Answers.await(map.getAll(List.of(id))).get(id);
      Optional<Job> job = Optional.ofNullable(known).flatMap(Jobs::read);
      if (known == null || job.isEmpty()) {
        return Optional.empty();
      }
      Job next = edit.apply(job.get());
      Duration life = next.state().isEnd() ? KEPT : SharedMap.FOREVER;
      if (next.equals(job.get()) || Answers.await(map.replace(id, known, text(next), life))) {
        return Optional.of(next);
      }
    }
  }

  /** Hands every change of a job to the listener, which must not block, until it is closed. */
  public Subscription watch(Consumer<Job> listener) {
    return map.watch(
        new SharedMap.Watcher() {
          @Override
          public void changed(String id, String text) {
            read(text).ifPresent(listener);
          }

          @Override
          public void gone(String id) {}

          @Override
          public void interrupted() {}
        });
  }

  /** How fast blocks of this model were encoded last. */
  public OptionalDouble tokensPerSecond(String model) {
    String known = Answers.await(rates.getAll(List.of(model))).get(model);
    return known == null ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(known));
  }

  /** Remembers how fast; of several who measure at once one wins. */
  public void measured(String model, double tokensPerSecond) {
    String text = Double.toString(tokensPerSecond);
    Answers.await(rates.putIfAbsent(model, text, SharedMap.FOREVER))
        .ifPresent(known -> Answers.await(rates.replace(model, known, text, SharedMap.FOREVER)));
  }

  private static String text(Job job) {
    try {
      return JSON.writeValueAsString(job);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A job that a newer release wrote may not be understood here; it is left alone. */
  private static Optional<Job> read(String text) {
    try {
      return Optional.of(JSON.readValue(text, Job.class));
    } catch (JsonProcessingException e) {
      LOG.warn("a warm-up job cannot be read: {}", e.getOriginalMessage());
      return Optional.empty();
    }
  }
}
