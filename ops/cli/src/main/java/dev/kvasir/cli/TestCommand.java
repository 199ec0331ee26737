package dev.kvasir.cli;

import dev.kvasir.cli.console.UserError;
import picocli.CommandLine.Command;

/** {@code kvasir test}, here for the help text: the launcher runs it, since it needs Maven. */
@Command(
    name = "test",
    description = "Runs every test of the project (more arguments go to Maven).",
    mixinStandardHelpOptions = true)
final class TestCommand implements Runnable {
  @Override
  public void run() {
    throw new UserError("tests are run by the launcher: use ./kvasir test");
  }
}
