package dev.kvasir.store.grid.table;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers that no two puts share: counted within a process from a start drawn at random from all 64
 * bits, so that two processes meet only by a chance of their counts by 2^-64.
 */
final class WriteNumbers {
  private static final AtomicLong NEXT = new AtomicLong(new SecureRandom().nextLong());

  private WriteNumbers() {}

  static long next() {
    return NEXT.getAndIncrement();
  }
}
