package dev.kvasir.cli.faults;

import dev.kvasir.cli.console.UserError;
import dev.kvasir.store.grid.join.FreePorts;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** The fault-free answers, by a process of its own that shares nothing with the cluster. */
final class Reference {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private Reference() {}

  /** Answers of these prompts, by their numbers. */
  static Map<Integer, String> answers(Plan plan, Api api, List<Prompt> prompts) {
    int port = FreePorts.find();
    Child alone = serve(plan, "reference", port);
    URI url = URI.create("http://127.0.0.1:" + port);
    try {
      start(plan, alone);
      Map<Integer, String> answers = new HashMap<>();
      for (Prompt prompt : prompts) {
        answers.put(prompt.id(), api.ask(url, prompt, plan.patient(DEADLINE)).join().text());
      }
      return answers;
    } catch (CompletionException e) {
      throw new UserError(
          "the fault-free run failed: look at reference.log in " + plan.folder(), e);
    } finally {
      alone.kill();
    }
  }

  /** A process that keeps blocks on its own heap only; not started. */
  static Child serve(Plan plan, String name, int port) {
    List<String> settings =
        List.of(
            "grid.kind=memory",
            "model.path=" + plan.model(),
            "model.threads=2",
            "cache.bytes=64MiB",
            "http.port=" + port);
    return new Child(
        name,
        Child.Role.WORKER,
        ChildJvm.command(plan, "2g", "serve", settings),
        "Serving on",
        plan.folder());
  }

  static void start(Plan plan, Child child) {
    Thread end = Thread.ofPlatform().unstarted(child::kill);
    Runtime.getRuntime().addShutdownHook(end);
    child.start();
    boolean up =
        Waiting.until(
            () -> {
              var _ = child.restartIfEnded();
              return child.up();
            },
            plan.patient(START));
    if (!up) {
      throw new UserError(child.name() + " did not start in time: look at its log");
    }
  }
}
