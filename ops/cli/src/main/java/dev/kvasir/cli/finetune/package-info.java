/** Starts the Python project that fine-tunes models. */
@NullMarked
package dev.kvasir.cli.finetune;

import org.jspecify.annotations.NullMarked;
