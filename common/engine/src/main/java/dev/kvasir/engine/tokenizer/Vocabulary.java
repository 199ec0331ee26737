package dev.kvasir.engine.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a byte-level vocabulary: ordinary ones, each a run of bytes, and special ones,
 * which no text yields. Immutable.
 */
final class Vocabulary {
  private static final byte[] NO_BYTES = {};

  private final byte[][] bytes;
  private final boolean[] special;
  private final Map<String, Integer> ordinaryIds = new HashMap<>();
  private final Map<String, Integer> specialIds = new HashMap<>();
  private final int[] byteIds = new int[256];

  /** Takes the tokens of a model and checks them. */
  Vocabulary(TokenizerData data) {
    int size = data.tokens().size();
    bytes = new byte[size][];
    special = new boolean[size];
    Arrays.fill(byteIds, -1);
    for (int id = 0; id < size; id++) {
      String token = data.tokens().get(id);
      TokenKind kind = data.kinds().get(id);
      special[id] = kind != TokenKind.ORDINARY;
      bytes[id] =
          switch (kind) {
            case ORDINARY -> spelled(data, token);
            case ADDED -> token.getBytes(StandardCharsets.UTF_8);
            case CONTROL, UNUSED -> NO_BYTES;
          };
      if ((special[id] ? specialIds : ordinaryIds).put(token, id) != null) {
        throw data.faults().tokens("token \"" + token + "\" occurs twice");
      }
      if (!special[id] && bytes[id].length == 1) {
        byteIds[Byte.toUnsignedInt(bytes[id][0])] = id;
      }
    }
  }

  /** The merges over these tokens, in rank order. */
  MergeTable merges(TokenizerData data) {
    List<String> lines = data.merges();
    MergeTable table = new MergeTable(lines.size());
    for (int rank = 0; rank < lines.size(); rank++) {
      String line = lines.get(rank);
      int blank = line.indexOf(' ');
      if (blank < 0) {
        throw badMerge(data, rank);
      }
      OptionalInt left = ordinary(line.substring(0, blank));
      OptionalInt right = ordinary(line.substring(blank + 1));
      OptionalInt result = ordinary(line.substring(0, blank) + line.substring(blank + 1));
      if (left.isEmpty()
          || right.isEmpty()
          || result.isEmpty()
          || !table.add(left.getAsInt(), right.getAsInt(), rank, result.getAsInt())) {
        throw badMerge(data, rank);
      }
    }
    return table;
  }

  int size() {
    return bytes.length;
  }

  /** The bytes a token stands for, none for a mark; not to be written to. */
  byte[] bytes(int id) {
    return bytes[id];
  }

  boolean isSpecial(int id) {
    return special[id];
  }

  /** The texts of all special tokens. */
  Set<String> marks() {
    return Collections.unmodifiableSet(specialIds.keySet());
  }

  OptionalInt special(String text) {
    return optional(specialIds.get(text));
  }

  /** The id of a single byte (0 to 255), or -1 where the vocabulary has none. */
  int byteId(int value) {
    return byteIds[value];
  }

  /** The id of the ordinary token with this spelling in the {@link ByteAlphabet}. */
  OptionalInt ordinary(String spelling) {
    return optional(ordinaryIds.get(spelling));
  }

  private static OptionalInt optional(@Nullable Integer id) {
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  private static byte[] spelled(TokenizerData data, String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      int value = ByteAlphabet.value(token.charAt(i));
      if (value < 0) {
        throw data.faults().tokens("token \"" + token + "\" does not spell bytes");
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  private static RuntimeException badMerge(TokenizerData data, int rank) {
    return data.faults()
        .merges("merge " + rank + " does not join two tokens into a third, or twice");
  }
}
