package dev.kvasir.config;

import java.util.Collection;
import java.util.Comparator;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * The known key that an unknown one most likely meant: by the edits between their last names, and
 * among equals the one that lies in the same section.
 */
final class NearestKey {
  private static final LevenshteinDistance EDITS = LevenshteinDistance.getDefaultInstance();

  private NearestKey() {}

  /**
   * The nearest.
   *
   * @param known paths, at least one
   */
  static String of(String unknown, Collection<String> known) {
    return known.stream()
        .min(Comparator.<String>comparingInt(key -> distance(unknown, key)))
        .orElseThrow();
  }

  private static int distance(String unknown, String known) {
    int moved = Paths.parent(unknown).equals(Paths.parent(known)) ? 0 : 1;
    return 2 * EDITS.apply(Paths.name(unknown), Paths.name(known)) + moved;
  }
}
