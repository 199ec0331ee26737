/** What commands show to people: errors, progress, tables. */
@NullMarked
package dev.kvasir.cli.console;

import org.jspecify.annotations.NullMarked;
