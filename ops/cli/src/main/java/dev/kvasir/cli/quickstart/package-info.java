/** The quickstart: questions asked four ways, and what came out. */
@NullMarked
package dev.kvasir.cli.quickstart;

import org.jspecify.annotations.NullMarked;
