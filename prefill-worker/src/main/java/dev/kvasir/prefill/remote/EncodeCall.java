package dev.kvasir.prefill.remote;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.DocumentRef;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.prompt.CacheableBlock;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A block to be encoded, as JSON between processes of one cluster: everything that its key is made
 * of, its prefix in the same way, and where its text comes from.
 */
public record EncodeCall(
    String model,
    @JsonProperty("element_type") ElementType elementType,
    String scope,
    int[] tokens,
    @Nullable Prefix prefix,
    List<Document> documents) {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** The block that another one is encoded behind; it has no prefix itself. */
  public record Prefix(String scope, int[] tokens) {}

  /** A {@link DocumentRef}. */
  public record Document(@Nullable String collection, @Nullable String document) {}

  /** The block as JSON in UTF-8. */
  public static byte[] of(CacheableBlock block) {
    BlockIdentity identity = block.identity();
    EncodeCall call =
        new EncodeCall(
            identity.modelFingerprint(),
            identity.elementType(),
            identity.scope(),
            identity.tokens().toArray(),
            block.prefix().map(EncodeCall::prefix).orElse(null),
            block.documents().stream().map(EncodeCall::document).toList());
    try {
      return JSON.writeValueAsBytes(call);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads the block back.
   *
   * @throws IllegalArgumentException with one sentence if it is none
   */
  public static CacheableBlock parse(byte[] json) {
    try {
      EncodeCall call = JSON.readValue(json, EncodeCall.class);
      if (call == null || !call.isComplete()) {
        throw new IllegalArgumentException(
            "an encode call has model, element_type, scope, tokens and documents");
      }
      return call.block();
    } catch (IOException e) {
      throw new IllegalArgumentException("not an encode call: " + firstLine(e), e);
    }
  }

  private static String firstLine(IOException e) {
    return e instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }

  private boolean isComplete() {
    return model != null
        && elementType != null
        && scope != null
        && tokens != null
        && tokens.length > 0
        && documents != null
        && documents.stream().allMatch(Objects::nonNull)
        && (prefix == null || (prefix.scope != null && prefix.tokens != null));
  }

  private CacheableBlock block() {
    Optional<CacheableBlock> behind = Optional.ofNullable(prefix).map(this::prefixBlock);
    Set<DocumentRef> refs =
        documents.stream()
            .map(d ->
                new DocumentRef(Optional.ofNullable(d.collection), Optional.ofNullable(d.document)))
            .collect(Collectors.toUnmodifiableSet());
    return new CacheableBlock(
        new BlockIdentity(
            model, elementType, behind.map(CacheableBlock::key), scope, TokenIds.of(tokens)),
        behind,
        refs);
  }

  private CacheableBlock prefixBlock(Prefix behind) {
    return new CacheableBlock(
        new BlockIdentity(
            model, elementType, Optional.empty(), behind.scope, TokenIds.of(behind.tokens)),
        Optional.empty());
  }

  private static Prefix prefix(CacheableBlock block) {
    if (block.prefix().isPresent()) {
      throw new IllegalArgumentException("a prefix has no prefix itself");
    }
    return new Prefix(block.identity().scope(), block.tokens().toArray());
  }

  private static Document document(DocumentRef ref) {
    return new Document(ref.collection().orElse(null), ref.document().orElse(null));
  }
}
