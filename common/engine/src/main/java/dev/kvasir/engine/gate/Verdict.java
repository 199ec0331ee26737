package dev.kvasir.engine.gate;

/**
 * What the gate found.
 *
 * @param passed whether blocks may be used
 * @param sentence why not, or that it passed
 * @param difference the largest relative difference of a layer at a start
 */
public record Verdict(boolean passed, String sentence, double difference) {

  static Verdict passed(double difference) {
    return new Verdict(
        true, "blocks equal cold encoding within %.1e".formatted(difference), difference);
  }

  static Verdict refused(String sentence, double difference) {
    return new Verdict(false, sentence, difference);
  }
}
