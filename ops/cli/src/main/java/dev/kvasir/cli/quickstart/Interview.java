package dev.kvasir.cli.quickstart;

import dev.kvasir.cli.api.Answer;
import dev.kvasir.cli.api.ApiClient;
import dev.kvasir.cli.api.Document;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Asks every question in every mode, over HTTP as any client would. */
public final class Interview {
  private static final int MAX_TOKENS = 32;
  private static final int WARM_UP_ROUNDS = 2;
  private static final int WARM_UP_DOCUMENTS = 8;

  private final ApiClient client;
  private final Runnable forgetBlocks;

  /**
   * An interview over this client.
   *
   * @param forgetBlocks empties every cache that blocks can be in
   */
  public Interview(ApiClient client, Runnable forgetBlocks) {
    this.client = client;
    this.forgetBlocks = forgetBlocks;
  }

  /** Lets the JVM compile what matters, on text that no question uses. */
  public void warmUp() {
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      List<Document> documents = warmUpDocuments(round);
      for (Mode mode : Mode.values()) {
        ask("Which number has the last note?", documents, mode, 4);
      }
    }
  }

  /** The answers, question by question, each in the order of the modes. */
  public Results run(List<Question> questions) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      Question question = questions.get(i);
      for (Mode mode : Mode.values()) {
        Answer answer = ask(question.text(), question.documents(), mode, MAX_TOKENS);
        rows.add(new Row(i, mode, answer, question.isRight(answer.text())));
      }
    }
    return new Results(rows);
  }

  private Answer ask(String question, List<Document> documents, Mode mode, int maxTokens) {
    if (mode == Mode.BLOCK_COLD) {
      forgetBlocks.run();
    }
    List<Document> order = mode == Mode.BLOCK_REORDERED ? documents.reversed() : documents;
    return client.ask(question, order, mode.attention(), maxTokens);
  }

  private static List<Document> warmUpDocuments(int round) {
    return IntStream.range(0, WARM_UP_DOCUMENTS)
        .mapToObj(i -> new Document("warm-up-" + i, "Note " + i, warmUpText(100 * round + i)))
        .toList();
  }

  private static String warmUpText(int number) {
    return ("Note %d was written before anybody asked. It says that the machine takes a while to"
            + " learn its loops, that this text has no meaning, and that nobody will ask about"
            + " it again. The lamp is on, the desk is %d years old and the door is closed. ")
        .formatted(number, number + 3)
        .repeat(2);
  }
}
