package dev.kvasir.cli.faults;

import dev.kvasir.cli.console.UserError;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is done to the cluster. */
public enum Fault {
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
  /** Bits of stored blocks are flipped in the memory of the cache nodes. */
  DAMAGE_IN_MEMORY,
  DISK_FULL,
  PARTITION;

  /** Its name on the command line and in reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The fault of that name.
   *
   * @throws UserError if there is none
   */
  public static Fault labeled(String label) {
    return Arrays.stream(values())
        .filter(fault -> fault.label().equals(label))
        .findFirst()
        .orElseThrow(() ->
            new UserError(
                "no fault is called %s: choose from %s"
                    .formatted(
                        label,
                        Arrays.stream(values())
                            .map(Fault::label)
                            .collect(Collectors.joining(", ")))));
  }
}
