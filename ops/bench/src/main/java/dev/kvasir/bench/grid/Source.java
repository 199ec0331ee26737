package dev.kvasir.bench.grid;

import java.nio.ByteBuffer;

/** Where the blocks lie in another process, and a way to bring all of them here. For one thread. */
interface Source extends AutoCloseable {

  /** As tables and files name it. */
  String name();

  /** The process in which the blocks lie. */
  ProcessHandle far();

  /** Brings all blocks here at once; what came before is gone. */
  void pull();

  /** What the last pull brought: record 0 of a block is its header. Valid until the next pull. */
  ByteBuffer record(int block, int record);

  /** Drops what the last pull brought. */
  void forget();

  @Override
  void close();
}
