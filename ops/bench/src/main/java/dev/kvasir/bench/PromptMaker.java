package dev.kvasir.bench;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.prompt.Message;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Builds prompts of a wanted size from real passages. */
public final class PromptMaker {
  private static final String QUESTION =
      "Read the documents once more and then answer in one short sentence without any preamble:"
          + " which of the people, places and dates that they name is mentioned first of all, and"
          + " which one of them is mentioned last before this question begins, if there is one at"
          + " all in what you were given here today?";

  private final PromptLayout layout;
  private final List<Passage> passages;
  private final String question;

  public PromptMaker(PromptLayout layout, List<Passage> passages, int finalTokens) {
    this.layout = layout;
    this.passages = List.copyOf(passages);
    this.question = questionOf(finalTokens);
  }

  /** What a client would send. */
  public record Text(List<Message> messages, List<Passage> passages) {
    public Text {
      messages = List.copyOf(messages);
      passages = List.copyOf(passages);
    }

    public SegmentedPrompt segmented(PromptLayout layout) {
      return layout.chat(messages, passages, PrefixMode.SINK);
    }
  }

  /** A prompt with that many tokens of passages, or a few less: the last passage is cut. */
  public Text withContext(int tokens) {
    List<Passage> chosen = new ArrayList<>();
    int left = tokens;
    for (Passage passage : passages) {
      int length = length(passage);
      if (length > left) {
        cut(passage, left).ifPresent(chosen::add);
        return text(chosen);
      }
      chosen.add(passage);
      left -= length;
    }
    throw new BenchException(
        "%d passages have fewer than %d tokens: give more".formatted(passages.size(), tokens));
  }

  private Text text(List<Passage> chosen) {
    return new Text(List.of(new Message(Message.Role.USER, question)), chosen);
  }

  private int length(Passage passage) {
    return layout.passage(passage, PrefixMode.SINK, Optional.empty()).tokens().size();
  }

  /** The passage without as many of its last words as it takes. */
  private Optional<Passage> cut(Passage passage, int tokens) {
    List<String> words = List.of(passage.text().split(" "));
    for (int kept = words.size() - 1; kept > 0; kept--) {
      Passage shorter =
          new Passage(passage.id(), passage.title(), String.join(" ", words.subList(0, kept)));
      if (length(shorter) <= tokens) {
        return Optional.of(shorter);
      }
    }
    return Optional.empty();
  }

  /** As much of the question as makes a final block of at most that many tokens. */
  private String questionOf(int finalTokens) {
    List<String> words = List.of(QUESTION.split(" "));
    for (int kept = words.size(); kept > 0; kept--) {
      String shorter = String.join(" ", words.subList(0, kept));
      SegmentedPrompt prompt =
          new Text(List.of(new Message(Message.Role.USER, shorter)), List.of(passages.getFirst()))
              .segmented(layout);
      if (prompt.finalBlock().size() <= finalTokens) {
        return shorter;
      }
    }
    throw new BenchException("no question fits %d tokens".formatted(finalTokens));
  }

  /** Token ids of running text, as many as wanted. */
  public TokenIds running(int tokens) {
    StringBuilder text = new StringBuilder();
    for (Passage passage : passages) {
      text.append(passage.text()).append('\n');
    }
    int[] ids = layout.plain(text.toString()).toArray();
    if (ids.length < tokens) {
      throw new BenchException("the passages have fewer than %d tokens".formatted(tokens));
    }
    return TokenIds.of(Arrays.copyOf(ids, tokens));
  }
}
