package dev.kvasir.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code kvasir blocks delete}. */
@Command(
    name = "delete",
    description = "Deletes a block everywhere and shows the receipt.",
    mixinStandardHelpOptions = true)
final class BlocksDeleteCommand implements Runnable {
  @Parameters(paramLabel = "HASH", description = "The block's hash, 64 hex digits.")
  private String hash = "";

  @Mixin private AdminUrlFlags admin = new AdminUrlFlags();

  @Override
  public void run() {
    admin.ask(client ->
        admin.print(client.delete("/blocks/" + hash), answer -> answer.toPrettyString() + "\n"));
  }
}
