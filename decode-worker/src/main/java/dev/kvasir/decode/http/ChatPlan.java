package dev.kvasir.decode.http;

import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.decode.http.read.ChatRequest;
import dev.kvasir.decode.http.write.AnswerHead;
import dev.kvasir.decode.http.write.ChatFormat;
import dev.kvasir.decode.http.write.ChoiceStream;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.http.json.Fields;

/** {@code POST /v1/chat/completions}. */
record ChatPlan(Planning planning) implements Plan.Maker {

  @Override
  public Plan plan(Fields fields, String answerId) {
    ChatRequest chat = ChatRequest.read(fields, planning.settings().limits().blocks());
    planning.checkModel(chat.model());
    SegmentedPrompt prompt =
        planning.laidOut(
            layout -> layout.chat(chat.messages(), chat.passages(), chat.attention().prefix()));
    GenerationRequest request =
        planning.request(
            prompt,
            chat.attention().mode().orElse(planning.settings().autoMode()),
            chat.sampling(),
            "messages");
    AnswerHead head =
        planning.head("chatcmpl-" + answerId, request, chat.attention().prefix(), chat.passages());
    return new Plan(
        request,
        chat.stream().stream()
            ? new Plan.Delivery.Stream(
                new ChoiceStream(head, ChoiceStream.Kind.CHAT, chat.stream().usage()))
            : new Plan.Delivery.Whole(new ChatFormat(head)));
  }
}
