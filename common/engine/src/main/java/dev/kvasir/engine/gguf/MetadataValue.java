package dev.kvasir.engine.gguf;

import java.util.List;

/** A value of a model file's metadata, its width forgotten. */
sealed interface MetadataValue {
  record Text(String value) implements MetadataValue {}

  record Whole(long value) implements MetadataValue {}

  record Real(double value) implements MetadataValue {}

  record Flag(boolean value) implements MetadataValue {}

  record Texts(List<String> values) implements MetadataValue {}

  /** Whole numbers, or flags as 0 and 1. */
  record Wholes(long[] values) implements MetadataValue {}

  record Reals(double[] values) implements MetadataValue {}

  /** What it is, for error messages. */
  default String kind() {
    return switch (this) {
      case Text _ -> "a string";
      case Whole _ -> "a whole number";
      case Real _ -> "a real number";
      case Flag _ -> "a boolean";
      case Texts _ -> "an array of strings";
      case Wholes _ -> "an array of whole numbers";
      case Reals _ -> "an array of real numbers";
    };
  }
}
