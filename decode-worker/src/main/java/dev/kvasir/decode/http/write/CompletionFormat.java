package dev.kvasir.decode.http.write;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.decode.Completion;
import dev.kvasir.decode.PromptReport;

/** A {@code text_completion} object. */
public record CompletionFormat(AnswerHead head) implements AnswerFormat {

  @Override
  public ObjectNode whole(PromptReport report, Completion completion) {
    ObjectNode answer = head.object("text_completion");
    answer
        .putArray("choices")
        .addObject()
        .put("text", completion.text())
        .put("index", 0)
        .putNull("logprobs")
        .put("finish_reason", AnswerHead.finishReason(completion));
    head.putUsage(answer, report, completion);
    head.putBlockCache(answer, report, completion);
    return answer;
  }
}
