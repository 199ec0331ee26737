package dev.kvasir.engine.gguf;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The metadata of a model file. Immutable. Every getter throws {@link ModelFileException} where the
 * key holds a value of another type; the {@code require} forms also where it is missing.
 */
public final class Metadata {
  /** A value and where in the file it stands. */
  record Entry(long offset, MetadataValue value) {}

  private final Path file;
  private final long end;
  private final Map<String, Entry> entries;

  Metadata(Path file, long end, Map<String, Entry> entries) {
    this.file = file;
    this.end = end;
    this.entries = Map.copyOf(entries);
  }

  public Set<String> keys() {
    return entries.keySet();
  }

  public Optional<String> string(String key) {
    return find(key, MetadataValue.Text.class, "a string").map(MetadataValue.Text::value);
  }

  public String requireString(String key) {
    return string(key).orElseThrow(() -> missing(key));
  }

  public Optional<Long> whole(String key) {
    return find(key, MetadataValue.Whole.class, "a whole number").map(MetadataValue.Whole::value);
  }

  public long requireWhole(String key) {
    return whole(key).orElseThrow(() -> missing(key));
  }

  /** A whole number that must lie in [min, max]. */
  public Optional<Integer> integer(String key, int min, int max) {
    return whole(key)
        .map(value -> {
          if (value < min || value > max) {
            throw fault(
                key, "metadata key \"%s\" must be in [%d, %d]: %d".formatted(key, min, max, value));
          }
          return value.intValue();
        });
  }

  /** A whole number that must lie in [min, max]. */
  public int requireInteger(String key, int min, int max) {
    return integer(key, min, max).orElseThrow(() -> missing(key));
  }

  public Optional<Double> real(String key) {
    return find(key, MetadataValue.Real.class, "a real number").map(MetadataValue.Real::value);
  }

  public double requireReal(String key) {
    return real(key).orElseThrow(() -> missing(key));
  }

  public Optional<Boolean> flag(String key) {
    return find(key, MetadataValue.Flag.class, "a boolean").map(MetadataValue.Flag::value);
  }

  public Optional<List<String>> strings(String key) {
    return find(key, MetadataValue.Texts.class, "an array of strings")
        .map(MetadataValue.Texts::values);
  }

  public List<String> requireStrings(String key) {
    return strings(key).orElseThrow(() -> missing(key));
  }

  public Optional<long[]> wholes(String key) {
    return find(key, MetadataValue.Wholes.class, "an array of whole numbers")
        .map(array -> array.values().clone());
  }

  public long[] requireWholes(String key) {
    return wholes(key).orElseThrow(() -> missing(key));
  }

  public Optional<double[]> reals(String key) {
    return find(key, MetadataValue.Reals.class, "an array of real numbers")
        .map(array -> array.values().clone());
  }

  /** The error for a value that has the right type and still cannot be used. */
  public ModelFileException fault(String key, String reason) {
    Entry entry = entries.get(key);
    return new ModelFileException(file, entry == null ? end : entry.offset(), reason);
  }

  private <T extends MetadataValue> Optional<T> find(String key, Class<T> type, String kind) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (!type.isInstance(entry.value())) {
      throw fault(
          key, "metadata key \"%s\" must be %s: %s".formatted(key, kind, entry.value().kind()));
    }
    return Optional.of(type.cast(entry.value()));
  }

  private ModelFileException missing(String key) {
    return fault(key, "metadata key \"" + key + "\" is missing");
  }
}
