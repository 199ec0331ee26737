package dev.kvasir.decode.http;

import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.decode.http.read.CompletionRequest;
import dev.kvasir.decode.http.write.AnswerHead;
import dev.kvasir.decode.http.write.ChoiceStream;
import dev.kvasir.decode.http.write.CompletionFormat;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.http.json.Fields;
import java.util.List;

/** {@code POST /v1/completions}: a prompt without template or blocks. */
record CompletionPlan(Planning planning) implements Plan.Maker {

  @Override
  public Plan plan(Fields fields, String answerId) {
    CompletionRequest completion = CompletionRequest.read(fields);
    planning.checkModel(completion.model());
    SegmentedPrompt prompt =
        new SegmentedPrompt(
            List.of(), planning.laidOut(layout -> layout.plain(completion.prompt())));
    GenerationRequest request =
        planning.request(prompt, AttentionMode.FULL, completion.sampling(), "prompt");
    AnswerHead head = planning.head("cmpl-" + answerId, request, PrefixMode.NONE, List.of());
    return new Plan(
        request,
        completion.stream().stream()
            ? new Plan.Delivery.Stream(
                new ChoiceStream(head, ChoiceStream.Kind.TEXT, completion.stream().usage()))
            : new Plan.Delivery.Whole(new CompletionFormat(head)));
  }
}
