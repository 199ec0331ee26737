/** What clients of Kvasir's servers share. */
@NullMarked
package dev.kvasir.http.client;

import org.jspecify.annotations.NullMarked;
