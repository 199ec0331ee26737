package dev.kvasir.cli.faults;

import java.util.Locale;

/** What is done to the cluster. */
enum Fault {
  /** {@code kill -9} of a cache node and, later, its restart; then every stored block is there. */
  KILL_CACHE_NODE,
  /** One cache node after the other. */
  KILL_TWO_CACHE_NODES,
  KILL_PREFILL_WORKER,
  /** The prefill worker that encodes right now. */
  KILL_ENCODING_WORKER,
  KILL_DECODE_WORKER,
  /** SIGSTOP for a while; long enough, it expels a cache node. */
  STOP_CACHE_NODE,
  STOP_WORKER,
  /** All cache nodes at once; before the restart some files of one of them are damaged. */
  RESTART_GRID_WITH_DAMAGED_FILES,
  DISK_FULL,
  PARTITION;

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
