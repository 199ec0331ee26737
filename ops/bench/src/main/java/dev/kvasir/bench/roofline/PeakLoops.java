package dev.kvasir.bench.roofline;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Loops that do nothing but one thing. Their results keep the compiler from dropping them. */
final class PeakLoops {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
  private static final int CHAINS = 10;
  private static final int STREAMS = 4;

  private PeakLoops() {}

  /** Floating-point operations of a round of {@link #multiplyAdd}. */
  static double operationsOfRound() {
    return 2.0 * CHAINS * FLOATS.length();
  }

  /** Ten independent chains: more than two units of latency four need to be busy always. */
  static double multiplyAdd(long rounds) {
    FloatVector x = FloatVector.broadcast(FLOATS, 0.5f);
    FloatVector y = FloatVector.broadcast(FLOATS, 0.25f);
    FloatVector a = x;
    FloatVector b = x;
    FloatVector c = x;
    FloatVector d = x;
    FloatVector e = x;
    FloatVector f = x;
    FloatVector g = x;
    FloatVector h = x;
    FloatVector i = x;
    FloatVector j = x;
    for (long round = 0; round < rounds; round++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
    }
    FloatVector left = a.add(b).add(c).add(d).add(e);
    return left.add(f).add(g).add(h).add(i).add(j).reduceLanes(VectorOperators.ADD);
  }

  /** Reads all of it, four streams of sums at a time. */
  static double read(MemorySegment memory) {
    long step = LONGS.vectorByteSize();
    LongVector a = LongVector.zero(LONGS);
    LongVector b = a;
    LongVector c = a;
    LongVector d = a;
    for (long at = 0; at < memory.byteSize(); at += STREAMS * step) {
      a = a.add(LongVector.fromMemorySegment(LONGS, memory, at, ByteOrder.nativeOrder()));
      b = b.add(LongVector.fromMemorySegment(LONGS, memory, at + step, ByteOrder.nativeOrder()));
      c =
          c.add(
              LongVector.fromMemorySegment(LONGS, memory, at + 2 * step, ByteOrder.nativeOrder()));
      d =
          d.add(
              LongVector.fromMemorySegment(LONGS, memory, at + 3 * step, ByteOrder.nativeOrder()));
    }
    return a.add(b).add(c).add(d).reduceLanes(VectorOperators.ADD);
  }
}
