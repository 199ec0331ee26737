package dev.kvasir.bench.engine;

import dev.kvasir.bench.PeakMemory;
import dev.kvasir.block.ElementType;
import dev.kvasir.block.TokenIds;
import dev.kvasir.engine.sample.Sampler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A process of its own that loads a model, holds a prompt's blocks and answers once. Arguments:
 * model file, threads, element type of blocks, and the folder of an adapter, if there is one.
 * Standard input: a line of ids for every block, the final one last. Prints its largest resident
 * size in bytes and the token.
 */
public final class MemoryChild {
  private static final int ADAPTER = 3;

  private MemoryChild() {}

  public static void main(String[] arguments) throws IOException {
    List<TokenIds> lines;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
      lines = in.lines().map(MemoryChild::ids).toList();
    }
    Optional<Path> adapter = Arrays.stream(arguments).skip(ADAPTER).findFirst().map(Path::of);
    try (OpenModel model =
            OpenModel.load(
                Path.of(arguments[0]),
                adapter,
                Integer.parseInt(arguments[1]),
                ElementType.valueOf(arguments[2]));
        CachedPrompt prompt =
            new CachedPrompt(model.engine(), lines.subList(0, lines.size() - 1), lines.getLast())) {
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
