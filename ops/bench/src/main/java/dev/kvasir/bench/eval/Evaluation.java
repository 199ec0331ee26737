package dev.kvasir.bench.eval;

import dev.kvasir.bench.BenchException;
import dev.kvasir.bench.Checks;
import dev.kvasir.bench.OutcomeFile;
import dev.kvasir.bench.PassageFile.Answered;
import dev.kvasir.bench.engine.OpenModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks every question in every mode, several questions at a time, each on one thread or of another
 * server: an outcome does not depend on their number or order. Outcomes go to a file as they come,
 * and those it has are not computed again.
 */
public final class Evaluation {
  /** Tokens that an answer has at most. */
  public static final int ANSWER_TOKENS = 32;

  private final Plan plan;
  private final OutcomeFile<EvalOutcome> file;
  private final IntConsumer progress;

  /** What to ask. */
  public record Plan(List<EvalQuestion> questions, List<EvalMode> modes) {
    public Plan {
      questions = List.copyOf(questions);
      modes = List.copyOf(modes);
      Checks.require(!questions.isEmpty(), "an evaluation needs a question");
      Checks.require(!modes.isEmpty(), "an evaluation needs a mode");
      Checks.require(
          modes.stream().distinct().count() == modes.size(), "a mode is named twice: name it once");
    }

    /** These questions in these modes. */
    public static Plan of(List<Answered> set, List<EvalMode> modes) {
      return new Plan(EvalQuestion.of(set), modes);
    }

    /** How many outcomes there will be. */
    public int outcomes() {
      return questions.size() * modes.size();
    }
  }

  /**
   * An evaluation that is ready to run.
   *
   * @param progress told how many outcomes there are
   */
  public Evaluation(Plan plan, Path outcomes, IntConsumer progress) {
    this.plan = plan;
    this.file = new OutcomeFile<>(outcomes, EvalOutcome.class);
    this.progress = progress;
  }

  /** One question and the modes in which it has not been asked. */
  private record Task(EvalQuestion question, List<EvalMode> modes) {}

  /**
   * Asks a model in this process.
   *
   * @param threads questions asked at the same time
   * @return all outcomes of the plan, question by question, in the order of the modes
   * @throws BenchException if a logit is not finite
   */
  public List<EvalOutcome> run(OpenModel model, int threads) throws IOException {
    return run(
        model.engine().model().fingerprint(),
        Collections.nCopies(threads, () -> new EngineExaminer(model)));
  }

  /**
   * Asks what the file does not have.
   *
   * @param fingerprint of the model that is asked
   * @param examiners each makes one for a thread of its own, which closes it
   * @return all outcomes of the plan, question by question, in the order of the modes
   * @throws BenchException if a logit is not finite
   */
  public List<EvalOutcome> run(String fingerprint, List<Supplier<Examiner>> examiners)
      throws IOException {
    Map<EvalOutcome.Key, EvalOutcome> known = new ConcurrentHashMap<>();
    file.read().forEach(outcome -> known.put(outcome.key(), outcome));
    Queue<Task> tasks = new ConcurrentLinkedQueue<>(tasks(known.keySet(), fingerprint));
    AtomicInteger left =
        new AtomicInteger(tasks.stream().mapToInt(task -> task.modes().size()).sum());
    progress.accept(plan.outcomes() - left.get());
    Consumer<EvalOutcome> done =
        outcome -> {
          keep(outcome);
          known.put(outcome.key(), outcome);
          progress.accept(plan.outcomes() - left.decrementAndGet());
        };
    runOnThreads(
        examiners.stream().<Runnable>map(examiner -> () -> ask(examiner, tasks, done)).toList());
    return keys(fingerprint).map(key -> Objects.requireNonNull(known.get(key))).toList();
  }

  private List<Task> tasks(Set<EvalOutcome.Key> known, String fingerprint) {
    return plan.questions().stream()
        .map(question ->
            new Task(
                question,
                plan.modes().stream()
                    .filter(mode -> !known.contains(key(fingerprint, question, mode)))
                    .toList()))
        .filter(task -> !task.modes().isEmpty())
        .toList();
  }

  private Stream<EvalOutcome.Key> keys(String fingerprint) {
    return plan.questions().stream()
        .flatMap(question -> plan.modes().stream().map(mode -> key(fingerprint, question, mode)));
  }

  private static EvalOutcome.Key key(String fingerprint, EvalQuestion question, EvalMode mode) {
    return new EvalOutcome.Key(fingerprint, question.text(), question.occurrence(), mode.label());
  }

  /** Takes tasks until there is none; after a failure nobody starts another. */
  private static void ask(Supplier<Examiner> made, Queue<Task> tasks, Consumer<EvalOutcome> done) {
    try (Examiner examiner = made.get()) {
      for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
        examiner.ask(task.question(), task.modes(), done);
      }
    } catch (RuntimeException | Error e) {
      tasks.clear();
      throw e;
    }
  }

  private static void runOnThreads(List<Runnable> works) {
    try (ExecutorService pool = Executors.newFixedThreadPool(works.size())) {
      List<Future<?>> running = new ArrayList<>();
      for (Runnable work : works) {
        running.add(pool.submit(work));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted: what is done is in the file");
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private static RuntimeException failure(@Nullable Throwable cause) {
    return switch (cause) {
      case null -> new IllegalStateException("a thread failed without a cause");
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new IllegalStateException(cause);
    };
  }

  private synchronized void keep(EvalOutcome outcome) {
    try {
      file.append(outcome);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
