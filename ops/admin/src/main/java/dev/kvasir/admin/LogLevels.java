package dev.kvasir.admin;

import java.util.Map;

/** The log levels of this process, and those that an operator set in the whole cluster. */
public interface LogLevels {

  /** Levels by logger, {@code ROOT} for all; only of loggers that have one of their own. */
  Map<String, String> levels();

  /**
   * Sets a level in every process of the cluster, now and when they start.
   *
   * @param level one of {@code TRACE}, {@code DEBUG}, {@code INFO}, {@code WARN}, {@code ERROR},
   *     {@code OFF}
   */
  void set(String logger, String level);
}
