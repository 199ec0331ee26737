package dev.kvasir.cli;

import dev.kvasir.block.Scope;
import dev.kvasir.cli.console.UserError;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.warmup.corpus.CorpusSpec;
import dev.kvasir.warmup.job.JobRequest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What a warm-up reads, and for whom. */
final class CorpusFlags {
  @Option(
      names = "--corpus",
      required = true,
      paramLabel = "PATH",
      description = {
        "Lines of JSON passages {id, title, text, collection} (perhaps gzipped), a folder of .txt",
        "and .md files, or a Lucene index. Runners on other machines need it at the same path. With",
        "--url: where it lies in the admin process's folder of corpora (admin.corpora)."
      })
  private Path corpus = Path.of("");

  @Option(
      names = "--collection",
      paramLabel = "NAME",
      description = "Label of passages that bring none.")
  private @Nullable String collection;

  @Option(
      names = "--passage-tokens",
      paramLabel = "N",
      description = "Longest passage cut out of a text (default: ${DEFAULT-VALUE}).",
      defaultValue = "" + CorpusSpec.USUAL_TOKENS)
  private int passageTokens;

  @Option(names = "--limit", paramLabel = "N", description = "Read only the first N passages.")
  private int limit;

  @Option(names = "--prefix", description = "Encode behind: sink or none (default: sink).")
  private PrefixMode prefix = PrefixMode.SINK;

  @ArgGroup private Owner owner = new Owner();

  @ArgGroup(exclusive = false)
  private @Nullable Fields fields;

  /** Whose blocks; at most one of these. */
  static final class Owner {
    @Option(
        names = "--tenant",
        paramLabel = "NAME",
        description = "Whose requests find the blocks (default: default).")
    private String tenant = "default";

    @Option(
        names = "--shared",
        paramLabel = "COLLECTION",
        description = "Fill a shared collection, whatever passages say of theirs.")
    private @Nullable String shared;
  }

  /** Stored fields of a Lucene index. */
  static final class Fields {
    @Option(
        names = "--field",
        required = true,
        paramLabel = "FIELD",
        description = "Stored field of a Lucene index that holds the text.")
    private String text = "";

    @Option(names = "--title-field", paramLabel = "FIELD", description = "The one of the title.")
    private @Nullable String title;

    @Option(names = "--id-field", paramLabel = "FIELD", description = "The one of the document.")
    private @Nullable String id;
  }

  /**
   * The request.
   *
   * @param remote whether an admin process is asked, which reads the corpus
   * @throws UserError if a value is not allowed
   */
  JobRequest request(boolean remote) {
    try {
      return new JobRequest(
          new CorpusSpec(
              (remote ? corpus : corpus.toAbsolutePath().normalize()).toString(),
              collection,
              passageTokens,
              fields == null
                  ? null
                  : new CorpusSpec.LuceneFields(fields.text, fields.title, fields.id),
              limit),
          scope().text(),
          prefix,
          System.getProperty("user.name", "unknown"));
    } catch (IllegalArgumentException e) {
      throw new UserError(e);
    }
  }

  private Scope scope() {
    return owner.shared == null ? new Scope.Tenant(owner.tenant) : new Scope.Shared(owner.shared);
  }
}
