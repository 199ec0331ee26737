/** What tests of servers share. */
@NullMarked
package dev.kvasir.http.testing;

import org.jspecify.annotations.NullMarked;
