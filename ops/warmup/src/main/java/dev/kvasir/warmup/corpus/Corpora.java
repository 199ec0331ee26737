package dev.kvasir.warmup.corpus;

import dev.kvasir.engine.prompt.Passage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Opens corpora by what lies at their path. */
public final class Corpora {
  private Corpora() {}

  /**
   * The corpus.
   *
   * @param tokens counts a text's tokens
   * @param sent the lines of JSON that came with a request and are kept under an id
   * @throws CorpusException where nothing of use lies there
   */
  public static Corpus open(
      CorpusSpec spec, ToIntFunction<String> tokens, Function<String, Stream<String>> sent) {
    Corpus whole =
        spec.sentId()
            .<Corpus>map(id -> () -> PassageLines.items(sent.apply(id)))
            .orElseGet(() -> kind(spec, path(spec), new Splitter(spec.passageTokens(), tokens)));
    return () -> {
      Stream<Item> all = whole.items().map(item -> labelled(item, spec.collection()));
      return spec.limit() == 0 ? all : all.limit(spec.limit());
    };
  }

  private static Path path(CorpusSpec spec) {
    try {
      Path path = Path.of(spec.path());
      if (Files.isReadable(path)) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new CorpusException("\"%s\" is no path".formatted(spec.path()), e);
    }
    throw new CorpusException(
        "there is no file or folder %s that can be read here".formatted(spec.path()));
  }

  private static Corpus kind(CorpusSpec spec, Path path, Splitter splitter) {
    boolean index = Files.isDirectory(path) && isIndex(path);
    if (spec.fields() != null) {
      if (!index) {
        throw new CorpusException(path + " is no Lucene index, so it has no fields to name");
      }
      return new LuceneIndex(path, spec.fields(), splitter);
    }
    if (index) {
      throw new CorpusException(
          path + " is a Lucene index: name the stored field that holds the text");
    }
    return Files.isDirectory(path) ? new TextFolder(path, splitter) : new PassageLines(path);
  }

  private static boolean isIndex(Path folder) {
    try (DirectoryStream<Path> commits = Files.newDirectoryStream(folder, "segments_*")) {
      return commits.iterator().hasNext();
    } catch (IOException e) {
      throw new CorpusException(folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Item labelled(Item item, @Nullable String collection) {
    return collection != null
            && item instanceof Item.Usable(String where, Passage passage)
            && passage.collection().isEmpty()
        ? new Item.Usable(
            where,
            new Passage(passage.id(), passage.title(), passage.text(), Optional.of(collection)))
        : item;
  }
}
