package dev.kvasir.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kvasir blocks delete}. */
@Command(
    name = "delete",
    description = "Deletes blocks everywhere and shows the receipt.",
    mixinStandardHelpOptions = true)
final class BlocksDeleteCommand implements Runnable {
  @ArgGroup(multiplicity = "1")
  private Meant meant = new Meant();

  @Option(names = "--dry-run", description = "Only say what would be deleted.")
  private boolean dryRun;

  @Mixin private AdminUrlFlags admin = new AdminUrlFlags();

  /** Which blocks; exactly one of these. */
  static final class Meant {
    @Parameters(paramLabel = "HASH", description = "A block's hash, 64 hex digits.")
    private @Nullable String hash;

    @Option(
        names = "--selector",
        paramLabel = "SELECTOR",
        description = {
          "document:SCOPE/ID, collection:SCOPE/NAME, scope:SCOPE or model:FINGERPRINT, such as",
          "document:tenant:acme/7."
        })
    private @Nullable String selector;

    private String text() {
      return hash == null ? String.valueOf(selector) : "key:" + hash;
    }
  }

  @Override
  public void run() {
    var body =
        JsonNodeFactory.instance.objectNode().put("selector", meant.text()).put("dry_run", dryRun);
    admin.ask(client ->
        admin.print(client.post("/deletions", body), answer -> answer.toPrettyString() + "\n"));
  }
}
