package dev.kvasir.engine.tokenizer;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.gguf.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Byte-level byte-pair encoding as a model file describes it. Thread-safe.
 *
 * <p>Text is cut into pieces ({@link SmollmSplitter}), each piece's UTF-8 bytes into tokens of one
 * byte, and these are merged ({@link BytePairMerger}). Text never yields a special token: {@code
 * <|im_end|>} in a text becomes a few ordinary tokens.
 *
 * <p>A vocabulary may lack single bytes, and what it lacks is dropped silently, as Hugging Face's
 * tokenizers do: SmolLM2 has no token for the bytes 04 06 13 14 16 1D F1 F2 (and those that UTF-8
 * never uses), so the control characters of those numbers vanish, and characters from U+40000 to
 * U+BFFFF lose their first byte. An unpaired surrogate counts as U+FFFD.
 */
public final class Tokenizer {
  private static final String MODEL = "tokenizer.ggml.model";
  private static final String PRE = "tokenizer.ggml.pre";
  private static final String EOS = "tokenizer.ggml.eos_token_id";
  private static final String EOT = "tokenizer.ggml.eot_token_id";
  private static final String END_OF_TEXT = "<|endoftext|>";

  /** Words are remembered until so many are; texts of one language hardly have more. */
  private static final int MAX_REMEMBERED = 32_768;

  private static final int MAX_REMEMBERED_LENGTH = 32;

  private final Vocabulary vocabulary;
  private final MergeTable merges;
  private final int endOfSequence;
  private final int endOfTurn;
  private final String fingerprint;
  private final Map<String, int[]> remembered = new ConcurrentHashMap<>();

  private Tokenizer(Metadata metadata) {
    demand(metadata, MODEL, "gpt2");
    demand(metadata, PRE, "smollm");
    refuse(metadata, "tokenizer.ggml.add_bos_token");
    refuse(metadata, "tokenizer.ggml.add_space_prefix");
    vocabulary = new Vocabulary(metadata);
    merges = vocabulary.merges(metadata);
    int last = vocabulary.size() - 1;
    endOfSequence = metadata.requireInteger(EOS, 0, last);
    endOfTurn = metadata.integer(EOT, 0, last).orElse(endOfSequence);
    fingerprint = TokenizerFingerprint.of(metadata);
  }

  /**
   * Reads the tokenizer of a model file; the file may be closed afterwards.
   *
   * @throws dev.kvasir.engine.gguf.ModelFileException where it is damaged or of an unsupported kind
   */
  public static Tokenizer from(GgufFile file) {
    return new Tokenizer(file.metadata());
  }

  /** The ids of a text, none of them special. */
  public TokenIds encode(String text) {
    IdBuffer ids = new IdBuffer(text.length() / 3 + 8);
    SmollmSplitter.split(UnicodeText.wellFormed(text), piece -> ids.append(piece(piece)));
    return TokenIds.of(ids.toArray());
  }

  /** The text of ids; special tokens have none, bytes that are not UTF-8 become U+FFFD. */
  public String decode(TokenIds ids) {
    TextStream stream = new TextStream(this);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ids.size(); i++) {
      text.append(stream.append(ids.at(i)));
    }
    return text.append(stream.finish()).toString();
  }

  /** The bytes a token stands for; none for a special one. */
  public byte[] bytes(int id) {
    return vocabulary.bytes(checked(id)).clone();
  }

  /** The id of a special token such as {@code <|im_start|>}. */
  public OptionalInt special(String token) {
    return vocabulary.special(token);
  }

  public boolean isSpecial(int id) {
    return vocabulary.isSpecial(checked(id));
  }

  /** Number of ids. */
  public int vocabulary() {
    return vocabulary.size();
  }

  /** The token that ends a turn of a conversation. */
  public int endOfTurn() {
    return endOfTurn;
  }

  /** Whether generation ends with this token. */
  public boolean isEnd(int id) {
    OptionalInt endOfText = vocabulary.special(END_OF_TEXT);
    return id == endOfTurn
        || id == endOfSequence
        || (endOfText.isPresent() && endOfText.getAsInt() == id);
  }

  /** Hex SHA-256 of everything that determines the ids of a text. */
  public String fingerprint() {
    return fingerprint;
  }

  private int[] piece(String piece) {
    if (piece.length() > MAX_REMEMBERED_LENGTH) {
      return merged(piece);
    }
    int[] known = remembered.get(piece);
    if (known != null) {
      return known;
    }
    int[] ids = merged(piece);
    if (remembered.size() < MAX_REMEMBERED) {
      remembered.put(piece, ids);
    }
    return ids;
  }

  private int[] merged(String piece) {
    byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
    IdBuffer ids = new IdBuffer(bytes.length);
    for (byte value : bytes) {
      int id = vocabulary.byteId(Byte.toUnsignedInt(value));
      if (id >= 0) {
        ids.append(id);
      }
    }
    return BytePairMerger.merge(merges, ids.toArray());
  }

  private int checked(int id) {
    return Objects.checkIndex(id, vocabulary.size());
  }

  private static void demand(Metadata metadata, String key, String supported) {
    String value = metadata.requireString(key);
    if (!value.equals(supported)) {
      throw metadata.fault(
          key, "%s \"%s\" is not supported, only \"%s\"".formatted(key, value, supported));
    }
  }

  private static void refuse(Metadata metadata, String flag) {
    if (metadata.flag(flag).orElse(false)) {
      throw metadata.fault(flag, flag + " = true is not supported");
    }
  }
}
