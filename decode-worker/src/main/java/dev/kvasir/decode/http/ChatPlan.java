package dev.kvasir.decode.http;

import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.decode.http.read.AttentionFields;
import dev.kvasir.decode.http.read.ChatRequest;
import dev.kvasir.decode.http.write.AnswerHead;
import dev.kvasir.decode.http.write.ChatFormat;
import dev.kvasir.decode.http.write.ChoiceStream;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.http.json.Fields;
import java.util.OptionalInt;

/** {@code POST /v1/chat/completions}. */
record ChatPlan(Planning planning) implements Plan.Maker {

  @Override
  public Plan plan(Fields fields, String answerId) {
    ChatRequest chat = ChatRequest.read(fields, planning.settings().limits().blocks());
    planning.checkModel(chat.model());
    AttentionFields attention = chat.attention();
    AttentionMode mode = mode(chat);
    int documents = documents(chat, mode);
    SegmentedPrompt prompt =
        planning
            .laidOut(layout -> layout.chat(chat.messages(), chat.passages(), attention.prefix()))
            .withBlocks(1 + documents);
    GenerationRequest request =
        planning.request(prompt, mode, attention.repair(), chat.sampling(), "messages");
    AnswerHead head =
        planning.head(
            "chatcmpl-" + answerId,
            request,
            attention.prefix(),
            chat.passages().subList(0, documents));
    return new Plan(
        request,
        chat.stream().stream()
            ? new Plan.Delivery.Stream(
                new ChoiceStream(head, ChoiceStream.Kind.CHAT, chat.stream().usage()))
            : new Plan.Delivery.Whole(new ChatFormat(head)));
  }

  private AttentionMode mode(ChatRequest chat) {
    return chat.attention().fullAfter().equals(OptionalInt.of(0))
        ? AttentionMode.FULL
        : planning.mode(chat.attention().mode(), chat.passages(), "block_attention.mode");
  }

  /** How many documents are blocks. */
  private static int documents(ChatRequest chat, AttentionMode mode) {
    int all = chat.passages().size();
    return mode == AttentionMode.BLOCK
        ? Math.min(all, chat.attention().fullAfter().orElse(all))
        : all;
  }
}
