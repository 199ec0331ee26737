package dev.kvasir.engine.repair;

/** What is done about passages that were encoded alone, for one request. */
public sealed interface Repair {
  /** Nothing. */
  Repair NONE = new None();

  /** How requests and reports name it. */
  String label();

  /** Nothing. */
  record None() implements Repair {
    @Override
    public String label() {
      return "none";
    }
  }

  /**
   * The first tokens of every passage are computed again, over everything before them (LegoLink of
   * EPIC, Hu et al. 2025).
   */
  record Edge(int tokens) implements Repair {
    public Edge {
      require(tokens >= 1, "edge needs at least 1 token: edge=" + tokens);
    }

    @Override
    public String label() {
      return "edge-" + tokens;
    }
  }

  /**
   * The tokens whose values in layer 1 are farthest from what they are over everything before them
   * are computed again (CacheBlend, Yao et al. 2025).
   *
   * @param percent of all passage tokens
   */
  record Blend(int percent) implements Repair {
    public Blend {
      require(percent >= 1 && percent <= 100, "blend is 1 to 100 per cent: blend=" + percent);
    }

    /** How many of so many tokens, rounded up. */
    int of(int tokens) {
      return (int) Math.ceil(tokens * (double) percent / 100);
    }

    @Override
    public String label() {
      return "blend-" + percent;
    }
  }

  /**
   * All passages stand at the same place, their logits are sharpened and their common share is
   * scaled (APE, Yang et al. 2025).
   *
   * @param temperature above 0, at most 2; below 1 is sharper
   * @param scale above 0, at most 2; of the passages' common share
   */
  record Ape(double temperature, double scale) implements Repair {
    /** What its authors use. */
    public static final Ape DEFAULT = new Ape(0.9, 0.9);

    public Ape {
      require(
          temperature > 0 && temperature <= 2 && scale > 0 && scale <= 2,
          "temperature and scale are above 0 and at most 2: temperature=%s scale=%s"
              .formatted(temperature, scale));
    }

    @Override
    public String label() {
      return "ape";
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
