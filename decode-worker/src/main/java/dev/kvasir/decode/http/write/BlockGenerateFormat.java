package dev.kvasir.decode.http.write;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.decode.Completion;
import dev.kvasir.decode.PromptReport;

/** The answer of {@code /v1/block-generate}. */
public record BlockGenerateFormat(AnswerHead head) implements AnswerFormat {

  @Override
  public ObjectNode whole(PromptReport report, Completion completion) {
    ObjectNode answer = head.object("block_generation");
    answer
        .put("generated", completion.text())
        .put("finish_reason", AnswerHead.finishReason(completion));
    head.putUsage(answer, report, completion);
    head.putBlockCache(answer, report, completion);
    return answer;
  }
}
