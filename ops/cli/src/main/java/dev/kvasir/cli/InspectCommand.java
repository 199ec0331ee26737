package dev.kvasir.cli;

import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.arrow.ExportedBlock;
import dev.kvasir.cli.console.BlockText;
import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code kvasir block inspect}. */
@Command(
    name = "inspect",
    description = "Checks an exported block and shows its header, its chunks and a few values.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Runnable {
  @Parameters(paramLabel = "FILE", description = "An exported block.")
  private Path file = Path.of("");

  @Override
  public void run() {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new UserError("there is no readable file %s".formatted(file));
    }
    try {
      System.out.print(BlockText.of(ExportedBlock.read(Files.readAllBytes(file))));
    } catch (IOException | DamagedBlockException e) {
      throw new UserError(
          "%s is not a sound exported block: %s".formatted(file, e.getMessage()), e);
    }
  }
}
