package dev.kvasir.cli.faults;

import dev.kvasir.cli.api.Document;
import dev.kvasir.cli.quickstart.Corpus;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes passages and prompts from the bundled texts; equal seeds give equal prompts. */
final class Prompts {
  private static final String QUESTION = "Which place is named first?";
  private static final int PASSAGES = 3;

  private final Random random;
  private final List<List<String>> sentences =
      Corpus.bundled().passages().stream()
          .map(passage -> List.of(passage.text().split("(?<=\\.) ")))
          .toList();
  private int made;

  Prompts(long seed) {
    random = new Random(seed);
  }

  /** So many passages of that many sentences, about 20 tokens each. */
  List<Document> passages(int count, int length) {
    List<Document> passages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      passages.add(passage(length));
    }
    return passages;
  }

  private Document passage(int length) {
    List<String> text = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      List<String> source = any(sentences);
      text.add(any(source));
    }
    String id = "p" + made++;
    return new Document(id, "Note " + id, String.join(" ", text));
  }

  /** Prompts over passages of this pool. */
  List<Prompt> over(List<Document> pool, int count, int firstId) {
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      prompts.add(new Prompt(firstId + i, some(pool, PASSAGES), QUESTION));
    }
    return prompts;
  }

  /** Prompts that each name one passage which nobody has seen before, and two of the pool. */
  List<Prompt> fresh(List<Document> pool, int count, int length, int firstId) {
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Document> documents = some(pool, PASSAGES - 1);
      documents.add(passage(length));
      prompts.add(new Prompt(firstId + i, documents, QUESTION));
    }
    return prompts;
  }

  private List<Document> some(List<Document> pool, int count) {
    List<Document> chosen = new ArrayList<>();
    while (chosen.size() < count) {
      Document next = any(pool);
      if (!chosen.contains(next)) {
        chosen.add(next);
      }
    }
    return chosen;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
