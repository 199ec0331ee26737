package dev.kvasir.decode.http.write;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.decode.Completion;
import dev.kvasir.decode.PromptReport;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The events of a streamed answer as OpenAI's clients read them. With {@code includeUsage} every
 * event has {@code usage}, null but in the last one, which has no choice; without it the event that
 * ends the choice carries {@code block_cache}.
 */
public record ChoiceStream(AnswerHead head, Kind kind, boolean includeUsage)
    implements StreamFormat {

  /** Which endpoint's events. */
  public enum Kind {
    CHAT("chat.completion.chunk"),
    TEXT("text_completion");

    private final String object;

    Kind(String object) {
      this.object = object;
    }
  }

  @Override
  public Optional<ObjectNode> opening() {
    if (kind == Kind.TEXT) {
      return Optional.empty();
    }
    ObjectNode event = event();
    choice(event, null).putObject("delta").put("role", "assistant").put("content", "");
    return Optional.of(event);
  }

  @Override
  public ObjectNode delta(String text) {
    ObjectNode event = event();
    ObjectNode choice = choice(event, null);
    if (kind == Kind.TEXT) {
      choice.put("text", text);
    } else {
      choice.putObject("delta").put("content", text);
    }
    return event;
  }

  @Override
  public List<ObjectNode> closing(PromptReport report, Completion completion) {
    ObjectNode end = event();
    ObjectNode choice = choice(end, AnswerHead.finishReason(completion));
    if (kind == Kind.TEXT) {
      choice.put("text", "");
    } else {
      choice.putObject("delta");
    }
    if (!includeUsage) {
      head.putBlockCache(end, report, completion);
      return List.of(end);
    }
    ObjectNode usage = head.object(kind.object);
    usage.putArray("choices");
    head.putUsage(usage, report, completion);
    head.putBlockCache(usage, report, completion);
    return List.of(end, usage);
  }

  private ObjectNode event() {
    ObjectNode event = head.object(kind.object);
    event.putArray("choices");
    if (includeUsage) {
      event.putNull("usage");
    }
    return event;
  }

  private static ObjectNode choice(ObjectNode event, @Nullable String finishReason) {
    return event
        .withArray("choices")
        .addObject()
        .put("index", 0)
        .putNull("logprobs")
        .put("finish_reason", finishReason);
  }
}
