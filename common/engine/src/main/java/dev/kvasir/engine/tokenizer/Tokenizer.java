package dev.kvasir.engine.tokenizer;

import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.gguf.GgufFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Byte-level byte-pair encoding as a model file describes it. Thread-safe.
 *
 * <p>Text is cut into pieces ({@link PreTokenizer}), each piece's UTF-8 bytes into tokens of one
 * byte, and these are merged ({@link BytePairMerger}). Text never yields a special token: {@code
 * <|im_end|>} in a text becomes a few ordinary tokens.
 *
 * <p>A vocabulary may lack single bytes, and what it lacks is dropped silently, as Hugging Face's
 * tokenizers do: SmolLM2 has no token for the bytes 04 06 13 14 16 1D F1 F2 (and those that UTF-8
 * never uses), so the control characters of those numbers vanish, and characters from U+40000 to
 * U+BFFFF lose their first byte. An unpaired surrogate counts as U+FFFD.
 */
public final class Tokenizer {
  /** Marks that end a generation in whichever model they occur. */
  private static final List<String> END_MARKS =
      List.of("<|endoftext|>", "<|end_of_text|>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>");

  /** Words are remembered until so many are; texts of one language hardly have more. */
  private static final int MAX_REMEMBERED = 32_768;

  private static final int MAX_REMEMBERED_LENGTH = 32;

  private final TextRules rules;
  private final Vocabulary vocabulary;
  private final MergeTable merges;
  private final OptionalInt begin;
  private final Optional<String> beginMark;
  private final boolean addsBegin;
  private final int endOfTurn;
  private final Set<Integer> ends;
  private final Optional<String> template;
  private final String fingerprint;
  private final Map<String, int[]> remembered = new ConcurrentHashMap<>();

  private Tokenizer(TokenizerData data) {
    rules = data.rules();
    vocabulary = new Vocabulary(data);
    merges = vocabulary.merges(data);
    begin = data.begin();
    beginMark =
        begin.isPresent() ? Optional.of(data.tokens().get(begin.getAsInt())) : Optional.empty();
    addsBegin = data.addsBegin();
    endOfTurn = data.endOfTurn();
    ends = new HashSet<>(data.ends());
    END_MARKS.forEach(mark -> vocabulary.special(mark).ifPresent(ends::add));
    template = data.template();
    fingerprint = TokenizerFingerprint.of(data);
  }

  /**
   * Reads the tokenizer of a model file; the file may be closed afterwards.
   *
   * @throws dev.kvasir.engine.gguf.ModelFileException where it is damaged or of an unsupported kind
   */
  public static Tokenizer from(GgufFile file) {
    return new Tokenizer(GgufTokenizer.read(file.metadata()));
  }

  /**
   * Reads the tokenizer of a Hugging Face folder: {@code tokenizer.json}, {@code
   * tokenizer_config.json} and, where they are, {@code chat_template.jinja}, {@code
   * generation_config.json} (end tokens) and {@code config.json} (size of the vocabulary).
   *
   * @throws dev.kvasir.engine.gguf.ModelFileException where a file is missing, damaged or of an
   *     unsupported kind
   */
  public static Tokenizer from(Path folder) {
    return new Tokenizer(FolderTokenizer.read(folder));
  }

  /** The ids of a text, none of them special. */
  public TokenIds encode(String text) {
    IdBuffer ids = new IdBuffer(text.length() / 3 + 8);
    rules.split(text, piece -> ids.append(piece(piece)));
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

  /** The bytes a token stands for; none for a mark such as {@code <|im_start|>}. */
  public byte[] bytes(int id) {
    return vocabulary.bytes(checked(id)).clone();
  }

  /** The id of a special token such as {@code <|im_start|>}. */
  public OptionalInt special(String token) {
    return vocabulary.special(token);
  }

  /** Whether no text yields this token. */
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

  /** The token that stands at the start of every sequence, where the model has one. */
  public OptionalInt beginOfSequence() {
    return begin;
  }

  /** How chat templates write {@link #beginOfSequence}. */
  public Optional<String> beginMark() {
    return beginMark;
  }

  /** The texts of all tokens that no text yields. */
  public Set<String> marks() {
    return vocabulary.marks();
  }

  /**
   * Whether a text that is completed without a chat template starts with {@link #beginOfSequence};
   * {@link #encode} never adds it, and chat templates write it themselves.
   */
  public boolean addsBeginOfSequence() {
    return addsBegin;
  }

  /** The model's chat template (Jinja), if it has one. */
  public Optional<String> chatTemplate() {
    return template;
  }

  /** Whether generation ends with this token. */
  public boolean isEnd(int id) {
    return ends.contains(id);
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
    if (rules.wholePieces()) {
      OptionalInt whole = vocabulary.ordinary(ByteAlphabet.spelling(bytes));
      if (whole.isPresent()) {
        return new int[] {whole.getAsInt()};
      }
    }
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
}
