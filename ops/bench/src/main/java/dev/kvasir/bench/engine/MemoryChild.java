package dev.kvasir.bench.engine;

import dev.kvasir.bench.PeakMemory;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.EngineOptions;
import dev.kvasir.engine.LlamaEngine;
import dev.kvasir.engine.gguf.GgufFile;
import dev.kvasir.engine.sample.Sampler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A process of its own that loads a model, holds a prompt's blocks and answers once. Arguments:
 * model file, threads, element type of blocks. Standard input: a line of ids for every block, the
 * final one last. Prints its largest resident size in bytes and the token.
 */
public final class MemoryChild {
  private MemoryChild() {}

  public static void main(String[] arguments) throws IOException {
    List<TokenIds> lines;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      lines = in.lines().map(MemoryChild::ids).toList();
    }
    EngineOptions options =
        new EngineOptions(
            EngineOptions.Backend.VECTOR,
            Integer.parseInt(arguments[1]),
            ElementType.valueOf(arguments[2]));
    try (GgufFile file = GgufFile.open(Path.of(arguments[0]));
        LlamaEngine engine = LlamaEngine.open(file, options);
        CachedPrompt prompt =
            new CachedPrompt(engine, lines.subList(0, lines.size() - 1), lines.getLast())) {
      int token = Sampler.greedy().next(prompt.answer());
      System.out.println(PeakMemory.bytes() + " " + token);
    }
  }

  private static TokenIds ids(String line) {
    return TokenIds.of(Arrays.stream(line.split(" ", -1)).mapToInt(Integer::parseInt).toArray());
  }

  /** The line of a block. */
  static String line(TokenIds tokens) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < tokens.size(); i++) {
      line.append(i == 0 ? "" : " ").append(tokens.at(i));
    }
    return line.append('\n').toString();
  }
}
