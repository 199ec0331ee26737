package dev.kvasir.cli;

import dev.kvasir.bench.PassageFile;
import dev.kvasir.cli.api.Document;
import dev.kvasir.cli.quickstart.Corpus;
import dev.kvasir.engine.prompt.Passage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The passages that benchmarks read. */
final class BenchPassages {
  private static final int PASSAGES = 400;
  private static final int COPIES = 4;

  private BenchPassages() {}

  /** Wikipedia passages where they lie beside the project, else the bundled ones. */
  static List<Passage> read(Path root) throws IOException {
    Path file = root.resolve("../shared/data/nq10-dev.jsonl.gz");
    if (Files.exists(file)) {
      System.err.println("kvasir: passages are those of nq10-dev");
      return PassageFile.read(file, PASSAGES);
    }
    System.err.println("kvasir: passages are the bundled ones, again under other titles");
    List<Passage> passages = new ArrayList<>();
    for (int copy = 1; copy <= COPIES; copy++) {
      for (Document document : Corpus.bundled().passages()) {
        String title = copy == 1 ? document.title() : "%s, %d".formatted(document.title(), copy);
        passages.add(new Passage(Optional.empty(), Optional.of(title), document.text()));
      }
    }
    return passages;
  }
}
