package dev.kvasir.engine.tokenizer;

import dev.kvasir.engine.gguf.Metadata;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a byte-level vocabulary: ordinary ones, each a run of bytes, and special ones,
 * which no text yields. Immutable.
 */
final class Vocabulary {
  static final String TOKENS = "tokenizer.ggml.tokens";
  static final String TYPES = "tokenizer.ggml.token_type";
  static final String MERGES = "tokenizer.ggml.merges";

  /** The type of ordinary tokens in a GGUF file; all others are control tokens of some kind. */
  private static final long NORMAL = 1;

  private static final byte[] NO_BYTES = {};

  private final byte[][] bytes;
  private final boolean[] special;
  private final Map<String, Integer> ordinaryIds = new HashMap<>();
  private final Map<String, Integer> specialIds = new HashMap<>();
  private final int[] byteIds = new int[256];

  /** Takes the tokens of a model file and checks them. */
  Vocabulary(Metadata metadata) {
    List<String> tokens = metadata.requireStrings(TOKENS);
    long[] types = metadata.requireWholes(TYPES);
    if (tokens.isEmpty() || types.length != tokens.size()) {
      throw metadata.fault(
          TYPES,
          "there must be a type for each token: %d, %d".formatted(types.length, tokens.size()));
    }
    bytes = new byte[tokens.size()][];
    special = new boolean[tokens.size()];
    Arrays.fill(byteIds, -1);
    for (int id = 0; id < bytes.length; id++) {
      special[id] = types[id] != NORMAL;
      bytes[id] = special[id] ? NO_BYTES : spelled(metadata, tokens.get(id));
      if ((special[id] ? specialIds : ordinaryIds).put(tokens.get(id), id) != null) {
        throw metadata.fault(TOKENS, "token \"" + tokens.get(id) + "\" occurs twice");
      }
      if (bytes[id].length == 1) {
        byteIds[Byte.toUnsignedInt(bytes[id][0])] = id;
      }
    }
  }

  /** The merges of a model file over these tokens, in rank order. */
  MergeTable merges(Metadata metadata) {
    List<String> lines = metadata.requireStrings(MERGES);
    MergeTable table = new MergeTable(lines.size());
    for (int rank = 0; rank < lines.size(); rank++) {
      String line = lines.get(rank);
      int blank = line.indexOf(' ');
      if (blank < 0) {
        throw badMerge(metadata, rank);
      }
      OptionalInt left = ordinary(line.substring(0, blank));
      OptionalInt right = ordinary(line.substring(blank + 1));
      OptionalInt result = ordinary(line.substring(0, blank) + line.substring(blank + 1));
      if (left.isEmpty()
          || right.isEmpty()
          || result.isEmpty()
          || !table.add(left.getAsInt(), right.getAsInt(), rank, result.getAsInt())) {
        throw badMerge(metadata, rank);
      }
    }
    return table;
  }

  int size() {
    return bytes.length;
  }

  /** The bytes a token stands for, none for a special one; not to be written to. */
  byte[] bytes(int id) {
    return bytes[id];
  }

  boolean isSpecial(int id) {
    return special[id];
  }

  OptionalInt special(String text) {
    return optional(specialIds.get(text));
  }

  /** The id of a single byte (0 to 255), or -1 where the vocabulary has none. */
  int byteId(int value) {
    return byteIds[value];
  }

  private OptionalInt ordinary(String spelling) {
    return optional(ordinaryIds.get(spelling));
  }

  private static OptionalInt optional(@Nullable Integer id) {
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  private static byte[] spelled(Metadata metadata, String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      int value = ByteAlphabet.value(token.charAt(i));
      if (value < 0) {
        throw metadata.fault(TOKENS, "token \"" + token + "\" does not spell bytes");
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  private static RuntimeException badMerge(Metadata metadata, int rank) {
    return metadata.fault(
        MERGES, "merge " + rank + " does not join two tokens into a third, or twice");
  }
}
