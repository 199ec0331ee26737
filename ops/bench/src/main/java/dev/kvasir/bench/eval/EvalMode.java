package dev.kvasir.bench.eval;

import dev.kvasir.bench.BenchException;
import dev.kvasir.block.ElementType;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.repair.Repair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a question is asked. Written as words joined by {@code +}: {@code closed} (no passage),
 * {@code gold} (the right passage alone), {@code full} (ordinary attention) or {@code sink} or
 * {@code none} (blocks, and the prefix they are encoded behind). With blocks also a repair, {@code
 * edge-16}, {@code blend-15} or {@code ape}; {@code unmoved} (without position re-encoding); {@code
 * int8} for their keys and values in bytes. Blocks without a prefix word have {@code sink}.
 *
 * @param moved whether blocks stand at their own places, not all where the first one does
 */
public record EvalMode(
    Reads reads, PrefixMode prefix, Repair repair, boolean moved, ElementType kv) {
  /** What is read and how. */
  public enum Reads {
    CLOSED,
    GOLD,
    FULL,
    BLOCKS
  }

  static final EvalMode FULL_ATTENTION =
      new EvalMode(Reads.FULL, PrefixMode.SINK, Repair.NONE, true, ElementType.FLOAT16);

  private static final EvalMode BLOCKS_BEHIND_SINK =
      new EvalMode(Reads.BLOCKS, PrefixMode.SINK, Repair.NONE, true, ElementType.FLOAT16);

  private static final Pattern NUMBERED = Pattern.compile("(edge|blend)-(\\d{1,4})");

  public EvalMode {
    boolean usual = repair.equals(Repair.NONE) && moved && kv == ElementType.FLOAT16;
    if (reads != Reads.BLOCKS && !usual) {
      throw new BenchException(
          "repairs, unmoved and int8 are about blocks: use them with sink or none");
    }
    if (!moved && !repair.equals(Repair.NONE)) {
      throw new BenchException("a repair needs blocks at their places: leave unmoved out");
    }
  }

  /**
   * The mode of a label.
   *
   * @throws BenchException if there is none
   */
  public static EvalMode of(String label) {
    EvalMode mode = BLOCKS_BEHIND_SINK;
    for (String word : label.strip().split("\\+", -1)) {
      mode = mode.with(word, label);
    }
    return mode;
  }

  private EvalMode with(String word, String label) {
    return switch (word) {
      case "closed" -> new EvalMode(Reads.CLOSED, prefix, repair, moved, kv);
      case "gold" -> new EvalMode(Reads.GOLD, prefix, repair, moved, kv);
      case "full" -> new EvalMode(Reads.FULL, prefix, repair, moved, kv);
      case "sink" -> new EvalMode(Reads.BLOCKS, PrefixMode.SINK, repair, moved, kv);
      case "none" -> new EvalMode(Reads.BLOCKS, PrefixMode.NONE, repair, moved, kv);
      case "unmoved" -> new EvalMode(reads, prefix, repair, false, kv);
      case "int8" -> new EvalMode(reads, prefix, repair, moved, ElementType.INT8);
      case "ape" -> new EvalMode(reads, prefix, Repair.Ape.DEFAULT, moved, kv);
      default -> new EvalMode(reads, prefix, numbered(word, label), moved, kv);
    };
  }

  private static Repair numbered(String word, String label) {
    Matcher matcher = NUMBERED.matcher(word);
    if (!matcher.matches()) {
      throw new BenchException(
          "no such mode: \"%s\"; join closed, gold, full, sink, none, edge-16, blend-15, ape,"
                  .formatted(label)
              + " unmoved, int8 by +");
    }
    int number = Integer.parseInt(matcher.group(2));
    try {
      return matcher.group(1).equals("edge") ? new Repair.Edge(number) : new Repair.Blend(number);
    } catch (IllegalArgumentException e) {
      throw new BenchException("%s: %s".formatted(label, e.getMessage()));
    }
  }

  /** As reports name it, and as {@link #of} reads it. */
  public String label() {
    List<String> words = new ArrayList<>();
    words.add(
        switch (reads) {
          case CLOSED -> "closed";
          case GOLD -> "gold";
          case FULL -> "full";
          case BLOCKS -> prefix == PrefixMode.SINK ? "sink" : "none";
        });
    if (!repair.equals(Repair.NONE)) {
      words.add(repair.label());
    }
    if (!moved) {
      words.add("unmoved");
    }
    if (kv == ElementType.INT8) {
      words.add("int8");
    }
    return String.join("+", words);
  }

  /** Whether it reads all passages, so that full attention over the same tokens says more. */
  boolean readsAll() {
    return reads == Reads.FULL || reads == Reads.BLOCKS;
  }

  /** What it is to be compared with besides full attention: the same without its last word. */
  Optional<EvalMode> plainer() {
    String label = label();
    int last = label.lastIndexOf('+');
    return last < 0 ? Optional.empty() : Optional.of(of(label.substring(0, last)));
  }
}
