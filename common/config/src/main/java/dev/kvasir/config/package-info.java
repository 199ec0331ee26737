/**
 * Typed configuration: a record per component, read from built-in defaults, a YAML file, the
 * environment and flags, later ones over earlier ones.
 */
@NullMarked
package dev.kvasir.config;

import org.jspecify.annotations.NullMarked;
