package dev.kvasir.block.arrow;

import dev.kvasir.block.BlockHeader;
import dev.kvasir.block.BlockIdentity;
import dev.kvasir.block.BlockKey;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.KvGeometry;
import dev.kvasir.block.TokenIds;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A block header as the text pairs of an Arrow schema's metadata. */
final class HeaderFields {
  /** Number of fields. */
  static final int COUNT = 13;

  private static final String FORMAT = "kvasir.format";
  private static final String KEY = "kvasir.key";
  private static final String MODEL = "kvasir.model";
  private static final String ELEMENT_TYPE = "kvasir.element_type";
  private static final String LAYERS = "kvasir.layers";
  private static final String KV_HEADS = "kvasir.kv_heads";
  private static final String HEAD_DIM = "kvasir.head_dim";
  private static final String KEY_ROTATION = "kvasir.key_rotation";
  private static final String PREFIX = "kvasir.prefix";
  private static final String SCOPE = "kvasir.scope";
  private static final String TOKENS = "kvasir.tokens";
  private static final String TOKEN_IDS = "kvasir.token_ids";
  private static final String CHUNKS = "kvasir.chunks";

  private HeaderFields() {}

  /** All fields, in the order they are written. */
  static Map<String, String> of(BlockHeader header) {
    BlockIdentity identity = header.identity();
    KvGeometry geometry = header.geometry();
    Map<String, String> fields = LinkedHashMap.newLinkedHashMap(COUNT);
    fields.put(FORMAT, BlockIdentity.FORMAT);
    fields.put(KEY, identity.key().hex());
    fields.put(MODEL, identity.modelFingerprint());
    fields.put(ELEMENT_TYPE, identity.elementType().name());
    fields.put(LAYERS, Integer.toString(geometry.layers()));
    fields.put(KV_HEADS, Integer.toString(geometry.kvHeads()));
    fields.put(HEAD_DIM, Integer.toString(geometry.headDim()));
    fields.put(KEY_ROTATION, "block-local");
    fields.put(PREFIX, identity.prefix().map(BlockKey::hex).orElse(""));
    fields.put(SCOPE, identity.scope());
    fields.put(TOKENS, Integer.toString(identity.tokens().size()));
    fields.put(TOKEN_IDS, join(identity.tokens()));
    fields.put(CHUNKS, Integer.toString(header.chunks()));
    return fields;
  }

  /**
   * The header that the fields describe; fields that follow from others are not looked at.
   *
   * @throws IllegalArgumentException if a field is missing or malformed
   */
  static BlockHeader parse(Map<String, String> fields) {
    KvGeometry geometry =
        new KvGeometry(number(fields, LAYERS), number(fields, KV_HEADS), number(fields, HEAD_DIM));
    String prefix = text(fields, PREFIX);
    BlockIdentity identity =
        new BlockIdentity(
            text(fields, MODEL),
            ElementType.valueOf(text(fields, ELEMENT_TYPE)),
            prefix.isEmpty() ? Optional.empty() : Optional.of(BlockKey.parse(prefix)),
            text(fields, SCOPE),
            split(text(fields, TOKEN_IDS), number(fields, TOKENS)));
    return new BlockHeader(identity, geometry, number(fields, CHUNKS));
  }

  private static String text(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException("field is missing: " + name);
    }
    return value;
  }

  private static int number(Map<String, String> fields, String name) {
    return Integer.parseInt(text(fields, name));
  }

  private static String join(TokenIds tokens) {
    StringBuilder text = new StringBuilder(6 * tokens.size());
    for (int i = 0; i < tokens.size(); i++) {
      text.append(i == 0 ? "" : ",").append(tokens.at(i));
    }
    return text.toString();
  }

  private static TokenIds split(String text, int count) {
    if (count < 1 || count > text.length()) {
      throw new IllegalArgumentException("token count does not fit the token ids: " + count);
    }
    int[] ids = new int[count];
    int start = 0;
    for (int i = 0; i < count; i++) {
      int comma = i + 1 == count ? text.length() : text.indexOf(',', start);
      ids[i] = Integer.parseInt(text, start, comma, 10);
      start = comma + 1;
    }
    return TokenIds.of(ids);
  }
}
