package dev.kvasir.warmup.corpus;

import dev.kvasir.engine.prompt.Passage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files in a folder and below it whose names end in {@code .txt}, {@code .md} or {@code
 * .markdown}, cut into passages; in order of their names, hidden ones left out. A passage's id is
 * the file's path in the folder, so that deleting the document takes all its passages. Links that
 * lead out of the folder are faulty. Immutable.
 */
record TextFolder(Path folder, Splitter splitter) implements Corpus {
  private static final long MAX_BYTES = 64L << 20;
  private static final Set<String> PLAIN = Set.of("txt");
  private static final Set<String> MARKDOWN = Set.of("md", "markdown");

  @Override
  public Stream<Item> items() {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> all = files.filter(this::isText).sorted().toList();
      if (all.isEmpty()) {
        throw new CorpusException(
            folder + " holds no .txt, .md or .markdown file: name another folder");
      }
      return all.stream().flatMap(file -> read(file).stream());
    } catch (IOException | UncheckedIOException e) {
      throw new CorpusException("%s cannot be read: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private boolean isText(Path file) {
    boolean hidden = false;
    for (Path name : folder.relativize(file)) {
      hidden |= name.toString().startsWith(".");
    }
    return !hidden
        && (PLAIN.contains(ending(file)) || MARKDOWN.contains(ending(file)))
        && Files.isRegularFile(file);
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private List<Item> read(Path file) {
    String name = folder.relativize(file).toString().replace('\\', '/');
    try {
      Path real = file.toRealPath();
      if (!real.startsWith(folder.toRealPath())) {
        return List.of(
            new Item.Faulty(name, "a link that leads out of the folder: put the file into it"));
      }
      if (Files.size(real) > MAX_BYTES) {
        return List.of(new Item.Faulty(name, "a text has at most 64 MiB: cut it into files"));
      }
      String text = Files.readString(real);
      return passages(
          name, MARKDOWN.contains(ending(file)) ? splitter.markdown(text) : splitter.plain(text));
    } catch (CharacterCodingException e) {
      return List.of(new Item.Faulty(name, "not UTF-8: convert the file"));
    } catch (IOException e) {
      return List.of(new Item.Faulty(name, "cannot be read: " + e.getMessage()));
    }
  }

  private static List<Item> passages(String name, List<Splitter.Piece> pieces) {
    List<Item> items = new ArrayList<>();
    for (Splitter.Piece piece : pieces) {
      String title = piece.headings().isEmpty() ? name : name + ": " + piece.title();
      items.add(
          new Item.Usable(
              name + "#" + (items.size() + 1),
              new Passage(Optional.of(name), Optional.of(title), piece.text(), Optional.empty())));
    }
    return items;
  }
}
