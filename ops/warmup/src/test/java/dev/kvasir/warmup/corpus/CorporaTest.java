package dev.kvasir.warmup.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kvasir.engine.prompt.Passage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorporaTest {
  @TempDir private Path folder;

  @Test
  void lines_passagesAndQuestions_giveEveryPassageWithItsPlace() throws IOException {
    Path file = folder.resolve("corpus.jsonl");
    Files.writeString(
        file,
        """
        {"id": 7, "title": "Ferry", "text": "It leaves at nine.", "collection": "harbour"}

        {"question": "who", "ctxs": [{"title": "A", "text": "one"}, {"text": "two"}]}
        {"id": "x"}
        [1, 2]
        {"text": "cut off
        """);
    List<Item> items = items(CorpusSpec.of(file.toString()));
    assertThat(items.subList(0, 5))
        .containsExactly(
            usable("line 1", "7", "Ferry", "It leaves at nine.", "harbour"),
            usable("line 3, passage 1", null, "A", "one", null),
            usable("line 3, passage 2", null, null, "two", null),
            new Item.Faulty("line 4", "a passage needs a text that is a string and not blank"),
            new Item.Faulty("line 5", "a passage is a JSON object with a text"));
    assertThat(items).hasSize(6);
    assertThat(items.getLast()).isInstanceOf(Item.Faulty.class);
    assertThat(items.getLast().where()).isEqualTo("line 6");
  }

  @Test
  void lines_gzipped_areTheSame() throws IOException {
    Path file = folder.resolve("corpus.jsonl.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("{\"text\": \"Grüße\"}\n{\"text\": \"more\"}".getBytes(StandardCharsets.UTF_8));
    }
    CorpusSpec spec = new CorpusSpec(file.toString(), "letters", 200, null, 1);
    assertThat(items(spec)).containsExactly(usable("line 1", null, null, "Grüße", "letters"));
  }

  @Test
  void folder_textAndMarkdown_areCutAtHeadingsInOrder() throws IOException {
    Files.createDirectories(folder.resolve("guide/.git"));
    Files.writeString(folder.resolve("guide/.git/hidden.md"), "never");
    Files.writeString(folder.resolve("guide/b.md"), "# Boats\n\nThey float.\n\n## Ferries\n\nBig.");
    Files.writeString(folder.resolve("guide/a.txt"), "One paragraph.");
    Files.write(folder.resolve("guide/c.md"), new byte[] {(byte) 0xff, (byte) 0xfe});
    Files.writeString(folder.resolve("guide/picture.svg"), "<svg/>");
    assertThat(items(CorpusSpec.of(folder.toString())))
        .containsExactly(
            usable("guide/a.txt#1", "guide/a.txt", "guide/a.txt", "One paragraph.", null),
            usable("guide/b.md#1", "guide/b.md", "guide/b.md: Boats", "They float.", null),
            usable("guide/b.md#2", "guide/b.md", "guide/b.md: Boats > Ferries", "Big.", null),
            new Item.Faulty("guide/c.md", "not UTF-8: convert the file"));
  }

  @Test
  void folder_links_areReadWhereTheyStayInIt() throws IOException {
    Path corpus = Files.createDirectory(folder.resolve("corpus"));
    Files.writeString(folder.resolve("secret.txt"), "Never.");
    Files.writeString(corpus.resolve("a.txt"), "Harmless.");
    Files.createSymbolicLink(corpus.resolve("b.txt"), corpus.resolve("a.txt"));
    Files.createSymbolicLink(corpus.resolve("c.txt"), folder.resolve("secret.txt"));
    Files.createSymbolicLink(corpus.resolve("d"), folder);
    assertThat(items(CorpusSpec.of(corpus.toString())))
        .containsExactly(
            usable("a.txt#1", "a.txt", "a.txt", "Harmless.", null),
            usable("b.txt#1", "b.txt", "b.txt", "Harmless.", null),
            new Item.Faulty("c.txt", "a link that leads out of the folder: put the file into it"));
  }

  @Test
  void index_storedField_isReadAndNothingIsWritten() throws IOException {
    Path index = folder.resolve("index");
    try (Directory directory = FSDirectory.open(index);
        IndexWriter writer =
            new IndexWriter(
                directory,
                new IndexWriterConfig(new StandardAnalyzer())
                    .setMergePolicy(NoMergePolicy.INSTANCE))) {
      writer.addDocument(document("1", "Ferry", "It leaves at nine."));
      writer.addDocument(document("2", "Gone", "Deleted."));
      writer.addDocument(document("3", "Long", "one two three. ".repeat(10)));
      writer.addDocument(new Document());
      writer.commit();
      writer.deleteDocuments(new Term("id", "2"));
      writer.commit();
    }
    List<String> before = names(index);
    CorpusSpec.LuceneFields fields = new CorpusSpec.LuceneFields("body", "title", "id");
    List<Item> items = items(new CorpusSpec(index.toString(), null, 16, fields, 0));
    assertThat(items.getFirst())
        .isEqualTo(usable("document 0", "1", "Ferry", "It leaves at nine.", null));
    assertThat(items).hasSize(4);
    assertThat(items.get(1).where()).isEqualTo("document 2#1");
    assertThat(items.get(3))
        .isEqualTo(new Item.Faulty("document 3", "it stores no text in the field \"body\""));
    assertThat(names(index)).isEqualTo(before);
    assertThatThrownBy(() -> items(CorpusSpec.of(index.toString())))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("is a Lucene index: name the stored field that holds the text");
  }

  @Test
  void open_nothingOfUse_saysSo() {
    assertThatThrownBy(() -> items(CorpusSpec.of("/no/such/file")))
        .isInstanceOf(CorpusException.class)
        .hasMessage("there is no file or folder /no/such/file that can be read here");
    assertThatThrownBy(() -> items(CorpusSpec.of(folder.toString())))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("holds no .txt, .md or .markdown file");
  }

  private static int words(String text) {
    return text.isBlank() ? 0 : text.strip().split("\\s+").length;
  }

  private static Document document(String id, String title, String body) {
    Document document = new Document();
    document.add(new StringField("id", id, Field.Store.YES));
    document.add(new StoredField("title", title));
    document.add(new StoredField("body", body));
    return document;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  private static List<Item> items(CorpusSpec spec) {
    try (Stream<Item> items = Corpora.open(spec, CorporaTest::words, _ -> Stream.of()).items()) {
      return items.toList();
    }
  }

  private static Item usable(
      String where,
      @Nullable String id,
      @Nullable String title,
      String text,
      @Nullable String collection) {
    return new Item.Usable(
        where,
        new Passage(
            Optional.ofNullable(id),
            Optional.ofNullable(title),
            text,
            Optional.ofNullable(collection)));
  }
}
