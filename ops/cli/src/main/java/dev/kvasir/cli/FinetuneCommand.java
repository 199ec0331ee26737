package dev.kvasir.cli;

import dev.kvasir.cli.finetune.PythonProject;
import dev.kvasir.cli.model.ModelCache;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code kvasir finetune}. */
@Command(
    name = "finetune",
    description = {
      "Fine-tunes a model for block attention: prepare, train, evaluate, export; test runs the",
      "project's tests. Each lists its options with --help. Installs PyTorch (5 GB) at first."
    })
final class FinetuneCommand implements Callable<Integer> {
  private static final String TEST = "test";
  private static final Set<String> STEPS = Set.of("prepare", "train", "evaluate", "export");
  private static final Set<String> HELP = Set.of("-h", "--help");
  private static final String MODEL = "--model";

  @Unmatched private List<String> arguments = new ArrayList<>();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    if (!arguments.isEmpty() && HELP.contains(arguments.getFirst())) {
      spec.commandLine().usage(spec.commandLine().getOut());
      return 0;
    }
    if (arguments.isEmpty() || !isKnown(arguments.getFirst())) {
      throw new ParameterException(
          spec.commandLine(), "finetune needs prepare, train, evaluate, export or test");
    }
    Path root = Path.of(System.getProperty("kvasir.root", "."));
    PythonProject project = PythonProject.of(ModelCache.home(System.getenv()), root);
    project.install(step -> System.err.println("kvasir: " + step + " ..."));
    return project.run(arguments.getFirst().equals(TEST) ? tests(project) : step());
  }

  private static boolean isKnown(String step) {
    return step.equals(TEST) || STEPS.contains(step);
  }

  private List<String> tests(PythonProject project) {
    List<String> line = new ArrayList<>(List.of("pytest", "-q", "--rootdir"));
    line.add(project.sources().toString());
    line.addAll(arguments.subList(1, arguments.size()));
    line.add(project.sources().resolve("tests").toString());
    return line;
  }

  private List<String> step() {
    List<String> line = new ArrayList<>(List.of("kvasir_finetune"));
    line.addAll(arguments);
    if (wantsDefaultModel()) {
      line.addAll(List.of(MODEL, FetchModelCommand.fetch().toString()));
    }
    return line;
  }

  private boolean wantsDefaultModel() {
    return !arguments.getFirst().equals("export")
        && arguments.stream().noneMatch(HELP::contains)
        && arguments.stream().noneMatch(each -> each.equals(MODEL) || each.startsWith(MODEL + "="));
  }
}
