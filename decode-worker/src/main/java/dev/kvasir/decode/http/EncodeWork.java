package dev.kvasir.decode.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.block.EncodedBlock;
import dev.kvasir.decode.PromptTooLongException;
import dev.kvasir.decode.http.read.PassageSet;
import dev.kvasir.decode.http.write.BlockObject;
import dev.kvasir.engine.BlockEncoder;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.error.Failures;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code POST /v1/blocks:encode}: passages in, their blocks stored and described. */
record EncodeWork(Planning planning, BlockEncoder encoder) implements BlocksEndpoint.Work {
  private static final Logger LOG = LoggerFactory.getLogger(EncodeWork.class);

  @Override
  public CompletableFuture<byte[]> start(Fields fields) {
    PassageSet.Encode request =
        PassageSet.readEncode(fields, planning.settings().limits().blocks());
    List<CacheableBlock> blocks = planning.blocks(request.set());
    blocks.forEach(this::checkLength);
    if (request.bytes()) {
      checkAnswer(blocks);
    }
    List<CompletableFuture<Described>> described =
        blocks.stream()
            .map(block -> encoder.encode(block).thenApply(b -> Described.of(b, request.bytes())))
            .toList();
    return CompletableFuture.allOf(described.toArray(new CompletableFuture<?>[0]))
        .exceptionallyCompose(failure -> CompletableFuture.failedFuture(unavailable(failure)))
        .thenApplyAsync(
            _ ->
                answer(
                    request.set(),
                    blocks,
                    described.stream().map(CompletableFuture::join).toList()),
            Thread::startVirtualThread);
  }

  /**
   * What the answer says of a block, without holding its bytes where they are not wanted.
   *
   * @param block the bytes, if they are part of the answer
   */
  private record Described(long sizeBytes, Optional<EncodedBlock> block) {
    static Described of(EncodedBlock block, boolean wanted) {
      return new Described(block.sizeBytes(), wanted ? Optional.of(block) : Optional.empty());
    }
  }

  private static Throwable unavailable(Throwable failure) {
    Throwable cause = Failures.cause(failure);
    if (DecodeFailures.ALL.of(cause).status() < 500) {
      return cause;
    }
    LOG.warn("encoding failed", cause);
    return new ApiException(
        ApiError.server(
            503,
            "encoder_unavailable",
            "the passages could not be encoded: try again in a moment"));
  }

  private void checkLength(CacheableBlock block) {
    int prefix = block.prefix().map(CacheableBlock::tokens).map(tokens -> tokens.size()).orElse(0);
    int context = planning.model().contextTokens();
    if (prefix + block.tokens().size() > context) {
      throw new PromptTooLongException(prefix + block.tokens().size(), 0, context);
    }
  }

  private void checkAnswer(List<CacheableBlock> blocks) {
    long bytes =
        blocks.stream()
            .mapToLong(block ->
                planning
                    .model()
                    .geometry()
                    .bytes(block.tokens().size(), block.identity().elementType()))
            .sum();
    long limit = planning.settings().limits().encodedBytes();
    if (bytes > limit) {
      throw ApiException.badField(
          "return",
          "the blocks have about %d bytes and an answer may have %d: ask for fewer passages at once"
              .formatted(bytes, limit));
    }
  }

  private byte[] answer(PassageSet set, List<CacheableBlock> blocks, List<Described> described) {
    ObjectNode list = BlocksEndpoint.list(planning.model().name());
    for (int i = 0; i < blocks.size(); i++) {
      ObjectNode node = BlocksEndpoint.data(list).addObject();
      BlockObject.put(node, blocks.get(i).key(), Optional.of(set.passages().get(i)))
          .put("tokens", blocks.get(i).tokens().size())
          .put("bytes", described.get(i).sizeBytes());
      described.get(i).block().ifPresent(block -> BlockObject.putRecords(node, block));
    }
    return Json.bytes(list);
  }
}
