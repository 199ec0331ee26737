package dev.kvasir.cli.faults;

import dev.kvasir.config.GridConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * What to run.
 *
 * @param seed decides prompts, faults, their targets and lengths
 * @param faults which to inject
 * @param length of load and faults, without the start of the processes
 * @param folder for logs, files of blocks and the history; made if it is not there
 * @param model of all workers
 * @param patience factor on all deadlines, 1 or more: what a busy machine needs
 * @param program main class of the command line, as which all processes are started
 */
public record Plan(
    long seed,
    Set<Fault> faults,
    Duration length,
    GridConfig.Kind grid,
    Path folder,
    Path model,
    int patience,
    String program) {

  /** That deadline on this machine. */
  Duration patient(Duration usual) {
    return usual.multipliedBy(patience);
  }
}
