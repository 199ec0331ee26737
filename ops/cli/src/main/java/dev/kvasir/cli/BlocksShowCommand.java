package dev.kvasir.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kvasir blocks show}. */
@Command(
    name = "show",
    description = "Shows a block, its documents, and which nodes have it.",
    mixinStandardHelpOptions = true)
final class BlocksShowCommand implements Runnable {
  @Parameters(paramLabel = "HASH", description = "The block's hash, 64 hex digits.")
  private String hash = "";

  @Mixin private AdminUrlFlags admin = new AdminUrlFlags();

  @Override
  public void run() {
    admin.ask(client ->
        admin.print(client.get("/blocks/" + hash), answer -> answer.toPrettyString() + "\n"));
  }
}
