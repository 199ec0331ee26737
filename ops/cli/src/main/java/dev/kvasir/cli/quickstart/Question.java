package dev.kvasir.cli.quickstart;

import dev.kvasir.cli.api.Document;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A question whose answer is known.
 *
 * @param answers any of them makes an answer right
 * @param documents what the answer is looked up in
 */
public record Question(String text, List<String> answers, List<Document> documents) {
  private static final Pattern ARTICLES = Pattern.compile("\\b(a|an|the)\\b");
  private static final Pattern PUNCTUATION = Pattern.compile("\\p{Punct}");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  public Question {
    answers = List.copyOf(answers);
    documents = List.copyOf(documents);
  }

  /** Whether the text contains a known answer, both normalised as SQuAD does. */
  public boolean isRight(String text) {
    String padded = " " + normal(text) + " ";
    return answers.stream().anyMatch(answer -> padded.contains(" " + normal(answer) + " "));
  }

  /** Lower case, no punctuation, no articles, single blanks. */
  static String normal(String text) {
    String bare = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
    return BLANKS.matcher(ARTICLES.matcher(bare).replaceAll(" ")).replaceAll(" ").strip();
  }
}
