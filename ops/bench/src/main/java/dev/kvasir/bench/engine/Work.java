package dev.kvasir.bench.engine;

import java.util.List;
import java.util.Locale;

/** What the engine benchmark measures. */
public enum Work {
  PREFILL_512,
  PREFILL_4096,
  ENCODE_BLOCKS,
  TTFT_2000,
  TTFT_4000,
  TTFT_8000,
  DECODE_1,
  DECODE_8,
  INSTALL,
  RSS;

  /** As commands, tables and files name it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The work of that name.
   *
   * @throws IllegalArgumentException with the names there are
   */
  public static Work of(String label) {
    List<Work> works = List.of(values());
    return works.stream()
        .filter(work -> work.label().equals(label))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no such work: %s; there are %s"
                    .formatted(
                        label, String.join(", ", works.stream().map(Work::label).toList()))));
  }
}
