package dev.kvasir.engine.kernel.vector;

/** A run of indices, {@code from} inclusive to {@code to} exclusive. */
record Share(int from, int to) {

  /** The {@code index}-th of {@code parts} nearly equal shares of {@code total}. */
  static Share of(int total, int index, int parts) {
    return new Share(
        (int) ((long) total * index / parts), (int) ((long) total * (index + 1) / parts));
  }

  int count() {
    return to - from;
  }

  Share part(int index, int parts) {
    Share part = of(count(), index, parts);
    return new Share(from + part.from, from + part.to);
  }
}
