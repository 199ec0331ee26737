package dev.kvasir.cli.faults;

import dev.kvasir.config.GridConfig;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What to run.
 *
 * @param seed decides prompts, faults, their targets and lengths
 * @param length of load and faults, without the start of the processes
 * @param folder for logs, files of blocks and the history; made if it is not there
 * @param model of all workers
 */
public record Plan(long seed, Duration length, GridConfig.Kind grid, Path folder, Path model) {}
