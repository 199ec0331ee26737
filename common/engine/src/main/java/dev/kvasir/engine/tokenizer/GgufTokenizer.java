package dev.kvasir.engine.tokenizer;

import dev.kvasir.engine.gguf.Metadata;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.LongStream;

/** Reads the tokenizer of a GGUF file. */
final class GgufTokenizer {
  private static final String MODEL = "tokenizer.ggml.model";
  private static final String PRE = "tokenizer.ggml.pre";
  private static final String TOKENS = "tokenizer.ggml.tokens";
  private static final String TYPES = "tokenizer.ggml.token_type";
  private static final String MERGES = "tokenizer.ggml.merges";
  private static final String BOS = "tokenizer.ggml.bos_token_id";
  private static final String EOS = "tokenizer.ggml.eos_token_id";
  private static final String EOT = "tokenizer.ggml.eot_token_id";
  private static final String ADD_BOS = "tokenizer.ggml.add_bos_token";
  private static final String ADD_SPACE = "tokenizer.ggml.add_space_prefix";
  private static final String TEMPLATE = "tokenizer.chat_template";

  private GgufTokenizer() {}

  static TokenizerData read(Metadata metadata) {
    String model = metadata.requireString(MODEL);
    if (!model.equals("gpt2")) {
      throw unsupported(metadata, MODEL, model, "\"gpt2\"");
    }
    String name = metadata.requireString(PRE);
    PreTokenizer pre =
        PreTokenizer.named(name)
            .orElseThrow(() -> unsupported(metadata, PRE, name, PreTokenizer.SUPPORTED));
    if (metadata.flag(ADD_SPACE).orElse(false)) {
      throw metadata.fault(ADD_SPACE, ADD_SPACE + " = true is not supported");
    }
    List<String> tokens = metadata.requireStrings(TOKENS);
    long[] types = metadata.requireWholes(TYPES);
    if (tokens.isEmpty() || types.length != tokens.size()) {
      throw metadata.fault(
          TYPES,
          "there must be a type for each token: %d, %d".formatted(types.length, tokens.size()));
    }
    int last = tokens.size() - 1;
    int end = metadata.requireInteger(EOS, 0, last);
    int endOfTurn = metadata.integer(EOT, 0, last).orElse(end);
    OptionalInt begin = begin(metadata, last);
    boolean addsBegin = metadata.flag(ADD_BOS).orElse(pre == PreTokenizer.LLAMA_BPE);
    if (addsBegin && begin.isEmpty()) {
      throw metadata.fault(ADD_BOS, ADD_BOS + " needs " + BOS + ", which is missing");
    }
    return new TokenizerData(
        pre.usualRules(),
        tokens,
        LongStream.of(types).mapToObj(GgufTokenizer::kind).toList(),
        metadata.requireStrings(MERGES),
        begin,
        addsBegin,
        endOfTurn,
        Set.copyOf(List.of(end, endOfTurn)),
        metadata.string(TEMPLATE),
        faults(metadata));
  }

  private static OptionalInt begin(Metadata metadata, int last) {
    return metadata.integer(BOS, 0, last).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  private static TokenKind kind(long type) {
    return switch ((int) type) {
      case 1 -> TokenKind.ORDINARY;
      case 4 -> TokenKind.ADDED;
      case 5 -> TokenKind.UNUSED;
      default -> TokenKind.CONTROL;
    };
  }

  private static TokenizerData.Faults faults(Metadata metadata) {
    return new TokenizerData.Faults() {
      @Override
      public RuntimeException tokens(String reason) {
        return metadata.fault(TOKENS, reason);
      }

      @Override
      public RuntimeException merges(String reason) {
        return metadata.fault(MERGES, reason);
      }
    };
  }

  private static RuntimeException unsupported(
      Metadata metadata, String key, String value, String supported) {
    return metadata.fault(
        key, "%s \"%s\" is not supported, only %s".formatted(key, value, supported));
  }
}
