package dev.kvasir.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The species of all kernels and the sums that do not depend on it: the machine's widest, from 128
 * bits (what ARM has) to 512, where a vector is a whole row of a panel.
 */
final class Lanes {
  /** Partial sums that every reduction keeps, whatever the species. */
  static final int PARTIALS = 16;

  static final VectorSpecies<Float> SPECIES = choose();
  static final int COUNT = SPECIES.length();

  /** Whether one vector holds a whole row of a panel. */
  static final boolean WIDE = COUNT == Tile.COLUMNS;

  private Lanes() {}

  private static VectorSpecies<Float> choose() {
    int bits =
        Integer.getInteger("kvasir.vector.bits", FloatVector.SPECIES_PREFERRED.vectorBitSize());
    if (bits >= 512) {
      return FloatVector.SPECIES_512;
    }
    return bits >= 256 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;
  }

  static FloatVector load(float[] data, int at) {
    return FloatVector.fromArray(SPECIES, data, at);
  }

  static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /** Multiplies the first {@code count} numbers, whole vectors; by 1 there is nothing to do. */
  static void scale(float[] data, int count, float factor) {
    if (factor == 1) {
      return;
    }
    for (int i = 0; i < count; i += COUNT) {
      load(data, i).mul(factor).intoArray(data, i);
    }
  }

  /** Sum of 16 partial sums as a fixed tree: halves of 8, 4, 2, 1. */
  static float sum(float[] partials) {
    for (int width = PARTIALS / 2; width > 0; width /= 2) {
      for (int i = 0; i < width; i++) {
        partials[i] += partials[i + width];
      }
    }
    return partials[0];
  }

  /** Fixed name of the instruction width, for the log. */
  static String description() {
    return SPECIES.vectorBitSize() + "-bit";
  }
}
