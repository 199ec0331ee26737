package dev.kvasir.decode.http;

import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.BlockPath;
import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.decode.PromptTooLongException;
import dev.kvasir.decode.http.read.PassageSet;
import dev.kvasir.decode.http.read.SamplingFields;
import dev.kvasir.decode.http.write.AnswerHead;
import dev.kvasir.engine.ModelInfo;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.prompt.PromptLayout;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.repair.Repair;
import dev.kvasir.http.access.Caller;
import dev.kvasir.http.error.ApiException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What the plans of all endpoints share for one caller. */
record Planning(
    PromptLayout layout, ModelInfo model, BlockPath blocks, ApiSettings settings, Caller caller) {

  /**
   * Blocks, unless they may not be used with these passages; then full attention if the client left
   * the choice to the server.
   *
   * @param asked empty where it did
   * @throws ApiException if it did not
   */
  AttentionMode mode(Optional<AttentionMode> asked, List<Passage> passages, String param) {
    AttentionMode wanted = asked.orElse(settings.autoMode());
    if (wanted == AttentionMode.FULL) {
      return wanted;
    }
    Optional<String> refusal =
        blocks.refusal(
            passages.isEmpty()
                ? List.of(new BlockPath.Part(layout.scope().text(), Optional.empty()))
                : passages.stream().map(this::part).toList());
    if (refusal.isPresent() && asked.isPresent()) {
      throw ApiException.badRequest(
          "block_attention_refused", param, refusal.get() + "; ask for full attention");
    }
    return refusal.isPresent() ? AttentionMode.FULL : wanted;
  }

  private BlockPath.Part part(Passage passage) {
    return new BlockPath.Part(layout.scope(passage).text(), passage.collection());
  }

  /**
   * Checks that the served model is asked for.
   *
   * @throws ApiException (404) if another model is asked for
   */
  void checkModel(Optional<String> asked) {
    asked
        .filter(name -> !name.equals(model.name()))
        .ifPresent(name -> {
          throw ApiException.modelNotFound(name, model.name());
        });
  }

  /** Lays out a prompt; what the layout refuses is the client's mistake. */
  <T> T laidOut(Function<PromptLayout, T> prompt) {
    try {
      return prompt.apply(layout);
    } catch (IllegalArgumentException e) {
      throw ApiException.badRequest("invalid_value", null, String.valueOf(e.getMessage()));
    }
  }

  /** The blocks of passages, in order. */
  List<CacheableBlock> blocks(PassageSet request) {
    checkModel(request.model());
    return laidOut(layout ->
        request.passages().stream()
            .map(passage -> layout.passage(passage, request.prefix(), request.system()))
            .toList());
  }

  /**
   * Fits the answer behind the prompt.
   *
   * @param param field that a prompt over the limit came in
   */
  GenerationRequest request(
      SegmentedPrompt prompt, AttentionMode mode, SamplingFields sampling, String param) {
    return request(prompt, mode, Repair.NONE, sampling, param);
  }

  /** The same with a repair, which full attention does not need. */
  GenerationRequest request(
      SegmentedPrompt prompt,
      AttentionMode mode,
      Repair repair,
      SamplingFields sampling,
      String param) {
    try {
      return new GenerationRequest(
          prompt,
          mode,
          mode == AttentionMode.BLOCK ? repair : Repair.NONE,
          sampling.behind(
              prompt.tokens(), model.contextTokens(), settings.limits().usualAnswerTokens()));
    } catch (PromptTooLongException e) {
      throw ApiException.contextLengthExceeded(param, String.valueOf(e.getMessage()));
    }
  }

  AnswerHead head(String id, GenerationRequest request, PrefixMode prefix, List<Passage> passages) {
    return new AnswerHead(
        id,
        Instant.now().getEpochSecond(),
        model.name(),
        request.mode(),
        prefix,
        request.repair(),
        request.prompt(),
        passages);
  }
}
