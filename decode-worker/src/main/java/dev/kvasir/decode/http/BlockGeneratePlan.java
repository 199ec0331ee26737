package dev.kvasir.decode.http;

import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.decode.http.read.BlockGenerateRequest;
import dev.kvasir.decode.http.write.BlockGenerateFormat;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.http.json.Fields;
import java.util.List;
import java.util.Optional;

/** {@code POST /v1/block-generate}: the paper's raw list of blocks. */
record BlockGeneratePlan(Planning planning) implements Plan.Maker {

  @Override
  public Plan plan(Fields fields, String answerId) {
    BlockGenerateRequest raw =
        BlockGenerateRequest.read(fields, planning.settings().limits().blocks());
    planning.checkModel(raw.model());
    SegmentedPrompt prompt =
        planning.laidOut(layout -> layout.raw(raw.blocks(), raw.localBlocks(), raw.prefix()));
    AttentionMode mode =
        prompt.blocks().isEmpty()
            ? AttentionMode.FULL
            : planning.mode(
                Optional.of(AttentionMode.BLOCK), List.of(), "num_local_attention_blocks");
    GenerationRequest request = planning.request(prompt, mode, raw.sampling(), "blocks");
    return new Plan(
        request,
        new Plan.Delivery.Whole(
            new BlockGenerateFormat(
                planning.head("blockgen-" + answerId, request, raw.prefix(), List.of()))));
  }
}
