package dev.kvasir.bench.engine;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A work's figures.
 *
 * @param rival empty where it is not installed
 * @param rivalName what was measured beside ours
 */
public record Row(
    String work,
    String unit,
    Spread own,
    Optional<Spread> rival,
    String rivalName,
    RatioOf ratioOf) {

  /** Which way round a ratio is. */
  public enum RatioOf {
    OWN_TO_RIVAL,
    RIVAL_TO_OWN
  }

  /** Of the medians. */
  public OptionalDouble ratio() {
    return rival.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            switch (ratioOf) {
              case OWN_TO_RIVAL -> own.median() / rival.get().median();
              case RIVAL_TO_OWN -> rival.get().median() / own.median();
            });
  }
}
