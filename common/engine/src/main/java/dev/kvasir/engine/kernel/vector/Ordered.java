package dev.kvasir.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Floats as ints of the same order: the larger of two ints is one instruction, the larger of two
 * floats some seven, which depend on one another, since Java orders zeros and hands NaN on.
 */
final class Ordered {
  private Ordered() {}

  /** Of floats that are not NaN. */
  static IntVector of(FloatVector floats) {
    return flip(floats.reinterpretAsInts());
  }

  static FloatVector floats(IntVector ordered) {
    return flip(ordered).reinterpretAsFloats();
  }

  /** Turns the order of negative floats around; its own inverse. */
  private static IntVector flip(IntVector bits) {
    IntVector sign = bits.lanewise(VectorOperators.ASHR, Integer.SIZE - 1);
    return bits.lanewise(VectorOperators.XOR, sign.lanewise(VectorOperators.LSHR, 1));
  }
}
