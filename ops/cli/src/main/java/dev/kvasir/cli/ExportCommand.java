package dev.kvasir.cli;

import dev.kvasir.block.BlockKey;
import dev.kvasir.block.DamagedBlockException;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.block.arrow.ArrowBlockCodec;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.api.Document;
import dev.kvasir.cli.console.OutputFile;
import dev.kvasir.cli.console.UserError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kvasir block export}. */
@Command(
    name = "export",
    description = "Writes a block of a running server to a file that any Arrow reader opens.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Runnable {
  @ArgGroup(multiplicity = "1")
  private Wanted wanted = new Wanted();

  @Option(names = "--title", description = "Title of the passage, part of what is encoded.")
  private String title = "";

  @Option(
      names = "--prefix",
      description = "What the passage is encoded behind: sink or none (default: sink).")
  private String prefix = "sink";

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
  private Path out = Path.of("");

  @Mixin private ServerFlags server = new ServerFlags();

  /** Which block: exactly one of these. */
  static final class Wanted {
    @Parameters(paramLabel = "HASH", description = "Hash of a stored block, 64 hex digits.")
    private @Nullable String hash;

    @Option(names = "--text", description = "Text of the passage.")
    private @Nullable String text;

    @Option(names = "--passage", paramLabel = "FILE", description = "File with the passage's text.")
    private @Nullable Path passage;
  }

  @Override
  public void run() {
    OutputFile.requireFolder(out);
    try (ApiClient client = server.client();
        ArrowBlockCodec codec = new ArrowBlockCodec()) {
      EncodedBlock block = fetch(client);
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      codec.export(block, stream);
      Files.write(out, stream.toByteArray());
      System.out.printf("%s: block %s, %d bytes%n", out, block.key().hex(), stream.size());
    } catch (DamagedBlockException e) {
      throw new UserError("the server sent a damaged block, try again: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UserError("%s cannot be written: %s".formatted(out, e.getMessage()), e);
    }
  }

  private EncodedBlock fetch(ApiClient client) {
    if (wanted.hash != null) {
      return client.stored(key(wanted.hash));
    }
    return client.encode(new Document("exported", title, passageText()), prefix);
  }

  private static BlockKey key(String hash) {
    try {
      return BlockKey.parse(hash);
    } catch (IllegalArgumentException e) {
      throw new UserError("'%s' is no block hash: it has 64 hex digits".formatted(hash), e);
    }
  }

  private String passageText() {
    if (wanted.text != null) {
      return wanted.text;
    }
    Path file = wanted.passage == null ? Path.of("") : wanted.passage;
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UserError("there is no readable file %s: check --passage".formatted(file), e);
    }
  }
}
