package dev.kvasir.cli;

import dev.kvasir.cli.console.TextTable;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.config.ConfigSource.Flag;
import dev.kvasir.http.access.ApiKey;
import dev.kvasir.http.access.KeyFile;
import dev.kvasir.http.access.KeyFileException;
import dev.kvasir.http.access.Role;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kvasir keys}. */
@Command(
    name = "keys",
    description =
        "Makes, lists and revokes the keys that callers show. Servers notice by themselves.",
    mixinStandardHelpOptions = true,
    subcommands = {KeysCommand.Create.class, KeysCommand.Listing.class, KeysCommand.Revoke.class})
final class KeysCommand {

  /** Which file of keys is meant. */
  static final class WhichFile {
    @Mixin private ConfigFlags config = new ConfigFlags();

    @Option(
        names = "--file",
        paramLabel = "FILE",
        description = "File of the keys (security.keys_file).")
    private @Nullable Path file;

    /**
     * The file.
     *
     * @throws UserError if neither flag nor configuration names one
     */
    KeyFile keys() {
      Stream<Flag> flag = ConfigFlags.named("--file", "security.keys_file", file);
      return config
          .read(flag)
          .value()
          .security()
          .keysFile()
          .map(KeyFile::new)
          .orElseThrow(() ->
              new UserError("no file of keys is named: give --file, or set security.keys_file"));
    }
  }

  /** {@code kvasir keys create}. */
  @Command(
      name = "create",
      description = "Makes a key and prints it, this once: the file remembers only its hash.",
      mixinStandardHelpOptions = true)
  static final class Create implements Runnable {
    @Mixin private WhichFile which = new WhichFile();

    @Option(
        names = "--tenant",
        required = true,
        description = "Tenant of whoever shows the key, 1 to 64 of [a-z0-9._-].")
    private String tenant = "";

    @Option(
        names = "--roles",
        split = ",",
        description = "What it is good for: data, admin, cluster (default: data).")
    private List<Role> roles = List.of(Role.DATA);

    @Option(names = "--id", description = "Its name in lists and logs (default: a random one).")
    private @Nullable String id;

    @Override
    public void run() {
      String name =
          id == null ? HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()) : id;
      try {
        System.out.println(which.keys().create(name, tenant, Set.copyOf(roles)).text());
      } catch (KeyFileException | IllegalArgumentException e) {
        throw new UserError(e);
      }
      System.err.printf("kvasir: made the key '%s'; it is not shown again%n", name);
    }
  }

  /** {@code kvasir keys list}. */
  @Command(
      name = "list",
      description = "Lists the keys: id, tenant, roles, when they were made and revoked.",
      mixinStandardHelpOptions = true)
  static final class Listing implements Runnable {
    @Mixin private WhichFile which = new WhichFile();

    @Override
    public void run() {
      TextTable table = TextTable.of("id", "tenant", "roles", "created", "revoked");
      try {
        which.keys().read().forEach(key -> row(table, key));
      } catch (KeyFileException e) {
        throw new UserError(e);
      }
      System.out.print(table);
    }

    private static void row(TextTable table, ApiKey key) {
      table.row(
          key.id(),
          key.tenant(),
          key.roles().stream().map(Role::word).sorted().collect(Collectors.joining(",")),
          key.created(),
          key.revoked().map(Instant::toString).orElse(""));
    }
  }

  /** {@code kvasir keys revoke}. */
  @Command(
      name = "revoke",
      description = "Makes a key good for nothing; servers notice within a second.",
      mixinStandardHelpOptions = true)
  static final class Revoke implements Runnable {
    @Mixin private WhichFile which = new WhichFile();

    @Parameters(paramLabel = "ID", description = "Id of the key, as kvasir keys list shows it.")
    private String id = "";

    @Override
    public void run() {
      try {
        which.keys().revoke(id);
      } catch (KeyFileException e) {
        throw new UserError(e);
      }
    }
  }
}
