/** The console in a real browser. */
@NullMarked
package dev.kvasir.browser;

import org.jspecify.annotations.NullMarked;
