package dev.kvasir.bench.eval;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * How good an answer is, as SQuAD's own script normalises texts (Rajpurkar et al. 2016): lower
 * case, without punctuation and articles.
 *
 * @param contained whether a right answer occurs in it, the paper's accuracy
 * @param exact whether it is a right answer
 * @param f1 of its words with those of the right answer that fits best
 */
public record Marks(boolean contained, boolean exact, double f1) {
  private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");
  private static final Pattern ARTICLES =
      Pattern.compile("\\b(a|an|the)\\b", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern BLANKS = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  /** Marks an answer by the right ones, of which the best counts. */
  public static Marks of(String answer, List<String> right) {
    String given = normal(answer);
    return new Marks(
        right.stream().anyMatch(each -> given.contains(normal(each))),
        right.stream().anyMatch(each -> given.equals(normal(each))),
        best(right, each -> f1(given, normal(each))));
  }

  private static double best(List<String> right, ToDoubleFunction<String> mark) {
    return right.stream().mapToDouble(mark).max().orElse(0);
  }

  static String normal(String text) {
    String bare = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
    return BLANKS.matcher(ARTICLES.matcher(bare).replaceAll(" ")).replaceAll(" ").strip();
  }

  private static double f1(String given, String right) {
    List<String> words = words(given);
    List<String> wanted = words(right);
    if (words.isEmpty() || wanted.isEmpty()) {
      return words.equals(wanted) ? 1 : 0;
    }
    int same = common(words, wanted);
    return 2.0 * same / (words.size() + wanted.size());
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(" ", -1));
  }

  private static int common(List<String> words, List<String> others) {
    Map<String, Integer> left = new HashMap<>();
    others.forEach(word -> left.merge(word, 1, Integer::sum));
    int same = 0;
    for (String word : words) {
      if (left.merge(word, -1, Integer::sum) >= 0) {
        same++;
      }
    }
    return same;
  }
}
