package dev.kvasir.bench.engine;

import java.util.List;

/** One work: its inputs, its checks, its times. Used by one thread. */
interface Measured extends AutoCloseable {

  /** Warms up, checks, and lets the rival choose its setting; not measured. */
  void prepare();

  /** Ours once, then the rival's once. */
  void measure();

  List<Row> rows();

  @Override
  void close();
}
