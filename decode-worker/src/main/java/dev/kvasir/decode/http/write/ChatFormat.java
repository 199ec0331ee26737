package dev.kvasir.decode.http.write;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.decode.Completion;
import dev.kvasir.decode.PromptReport;

/** A {@code chat.completion} object. */
public record ChatFormat(AnswerHead head) implements AnswerFormat {

  @Override
  public ObjectNode whole(PromptReport report, Completion completion) {
    ObjectNode answer = head.object("chat.completion");
    ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
    choice
        .putObject("message")
        .put("role", "assistant")
        .put("content", completion.text())
        .putNull("refusal");
    choice.putNull("logprobs").put("finish_reason", AnswerHead.finishReason(completion));
    head.putUsage(answer, report, completion);
    head.putBlockCache(answer, report, completion);
    return answer;
  }
}
