package dev.kvasir.decode.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kvasir.block.BlockKey;
import dev.kvasir.decode.http.read.LookupRequest;
import dev.kvasir.decode.http.read.PassageSet;
import dev.kvasir.decode.http.write.BlockObject;
import dev.kvasir.engine.prompt.CacheableBlock;
import dev.kvasir.http.access.Role;
import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.error.ApiException;
import dev.kvasir.http.json.Fields;
import dev.kvasir.http.json.Json;
import dev.kvasir.store.BlockStore;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** {@code POST /v1/blocks:lookup}: which blocks are stored. */
record LookupWork(Planning planning, BlockStore store) implements BlocksEndpoint.Work {

  @Override
  public CompletableFuture<byte[]> start(Fields fields) {
    return switch (LookupRequest.read(fields, planning.settings().limits().blocks())) {
      case LookupRequest.ByHash hashes -> byHash(hashes);
      case LookupRequest.ByPassage passages -> byPassage(passages.set());
    };
  }

  private CompletableFuture<byte[]> byHash(LookupRequest.ByHash request) {
    planning.checkModel(request.model());
    if (!planning.caller().roles().contains(Role.ADMIN)) {
      throw foreignHashes();
    }
    if (request.bytes()) {
      return withBytes(request.keys().getFirst());
    }
    return store
        .contains(Set.copyOf(request.keys()))
        .thenApply(stored -> {
          ObjectNode list = BlocksEndpoint.list(planning.model().name());
          request.keys().forEach(key -> putHash(list, key, stored));
          return Json.bytes(list);
        });
  }

  /** A hash does not tell whose block it is, and asking the store would tell by its time. */
  private static ApiException foreignHashes() {
    return new ApiException(
        ApiError.invalid(
            403,
            "insufficient_role",
            "hashes may be those of other tenants: look up passages, or use a key with the role admin"));
  }

  private CompletableFuture<byte[]> withBytes(BlockKey key) {
    return Objects.requireNonNull(store.get(List.of(key)).get(key))
        .thenApply(found -> {
          ObjectNode list = BlocksEndpoint.list(planning.model().name());
          ObjectNode node = BlocksEndpoint.data(list).addObject();
          node.put("hash", key.hex()).put("stored", found.isPresent());
          found.ifPresent(block -> BlockObject.putRecords(node, block));
          return Json.bytes(list);
        });
  }

  private static void putHash(ObjectNode list, BlockKey key, Set<BlockKey> stored) {
    BlocksEndpoint.data(list)
        .addObject()
        .put("hash", key.hex())
        .put("stored", stored.contains(key));
  }

  private CompletableFuture<byte[]> byPassage(PassageSet request) {
    List<CacheableBlock> blocks = planning.blocks(request);
    return store
        .contains(blocks.stream().map(CacheableBlock::key).distinct().toList())
        .thenApply(stored -> passages(request, blocks, stored));
  }

  private byte[] passages(PassageSet request, List<CacheableBlock> blocks, Set<BlockKey> stored) {
    ObjectNode list = BlocksEndpoint.list(planning.model().name());
    for (int i = 0; i < blocks.size(); i++) {
      CacheableBlock block = blocks.get(i);
      BlockObject.put(
              BlocksEndpoint.data(list).addObject(),
              block.key(),
              Optional.of(request.passages().get(i)))
          .put("tokens", block.tokens().size())
          .put("stored", stored.contains(block.key()));
    }
    return Json.bytes(list);
  }
}
