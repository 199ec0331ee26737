package dev.kvasir.warmup.corpus;

import dev.kvasir.engine.prompt.Passage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.MultiBits;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/**
 * The living documents of an Apache Lucene index, in order of their numbers, as of the moment of
 * opening; nothing is written. The text comes out of one stored field, cut where it is longer than
 * a passage may be. Immutable.
 */
record LuceneIndex(Path folder, CorpusSpec.LuceneFields fields, Splitter splitter)
    implements Corpus {

  @Override
  public Stream<Item> items() {
    try {
      Directory directory = FSDirectory.open(folder);
      DirectoryReader reader = DirectoryReader.open(directory);
      Bits living = MultiBits.getLiveDocs(reader);
      return IntStream.range(0, reader.maxDoc())
          .filter(number -> living == null || living.get(number))
          .boxed()
          .flatMap(number -> items(reader, number).stream())
          .onClose(() -> close(reader, directory));
    } catch (IndexNotFoundException e) {
      throw new CorpusException(folder + " holds no complete Lucene index", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new CorpusException("%s cannot be read: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private List<Item> items(DirectoryReader reader, int number) {
    String where = "document " + number;
    try {
      Document document = reader.storedFields().document(number, names());
      String text = document.get(fields.text());
      if (text == null || text.isBlank()) {
        return List.of(
            new Item.Faulty(where, "it stores no text in the field \"" + fields.text() + "\""));
      }
      return passages(where, document, splitter.plain(text));
    } catch (IOException e) {
      return List.of(new Item.Faulty(where, "cannot be read: " + e.getMessage()));
    }
  }

  private Set<String> names() {
    Set<String> names = new HashSet<>(Set.of(fields.text()));
    Optional.ofNullable(fields.title()).ifPresent(names::add);
    Optional.ofNullable(fields.id()).ifPresent(names::add);
    return names;
  }

  private List<Item> passages(String where, Document document, List<Splitter.Piece> pieces) {
    List<Item> items = new ArrayList<>();
    for (Splitter.Piece piece : pieces) {
      items.add(
          new Item.Usable(
              pieces.size() == 1 ? where : where + "#" + (items.size() + 1),
              new Passage(
                  stored(document, fields.id()),
                  stored(document, fields.title()),
                  piece.text(),
                  Optional.empty())));
    }
    return items;
  }

  private static Optional<String> stored(Document document, @Nullable String field) {
    return Optional.ofNullable(field)
        .flatMap(name -> Optional.ofNullable(document.get(name)))
        .filter(value -> !value.isBlank());
  }

  private static void close(DirectoryReader reader, Directory directory) {
    try (directory) {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
