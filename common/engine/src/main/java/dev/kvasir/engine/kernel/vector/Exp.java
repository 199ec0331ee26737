package dev.kvasir.engine.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * e^x in float, relative error below 2.5e-7 on [-87, 88], 0 below -87. Method: x = n·ln2 + r with n
 * rounded by the 1.5·2^23 trick and ln2 in two parts (Cody, Waite 1980), degree-6 Taylor polynomial
 * in Horner form for e^r, |r| ≤ ln2/2, then 2^n added to the exponent.
 */
final class Exp {
  private static final float LOG2_E = 1.442695f;
  private static final float ROUND = 12582912f;
  private static final float LN2_HIGH = 355f / 512;
  private static final float LN2_LOW = (float) (0.6931471805599453 - LN2_HIGH);
  private static final float LOWEST = -87f;
  private static final float HIGHEST = 88f;
  private static final int MOST_BITS = Float.floatToRawIntBits(-LOWEST);

  private Exp() {}

  static FloatVector exp(FloatVector argument) {
    FloatVector result = polynomial(argument.max(LOWEST).min(HIGHEST));
    return result.blend(0f, argument.compare(VectorOperators.LT, LOWEST));
  }

  /**
   * e^-x, x ≥ 0 and not NaN, with the bits of {@code exp(-x)}. Numbers from 0 on are ordered as
   * their bits are, and the smaller int is one instruction where the smaller float is some seven.
   */
  static FloatVector decay(FloatVector x) {
    FloatVector clamped = x.reinterpretAsInts().min(MOST_BITS).reinterpretAsFloats();
    return polynomial(clamped.neg()).blend(0f, x.compare(VectorOperators.GT, -LOWEST));
  }

  private static FloatVector polynomial(FloatVector x) {
    FloatVector shifted = x.fma(Lanes.all(LOG2_E), Lanes.all(ROUND));
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = n.fma(Lanes.all(-LN2_HIGH), x);
    r = n.fma(Lanes.all(-LN2_LOW), r);
    FloatVector p = Lanes.all(1f / 720);
    p = p.fma(r, Lanes.all(1f / 120));
    p = p.fma(r, Lanes.all(1f / 24));
    p = p.fma(r, Lanes.all(1f / 6));
    p = p.fma(r, Lanes.all(0.5f));
    p = p.fma(r, Lanes.all(1f));
    p = p.fma(r, Lanes.all(1f));
    IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }
}
