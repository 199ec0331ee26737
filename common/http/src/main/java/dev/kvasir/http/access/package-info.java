/** Who calls: keys, the tenants and roles they decide, and their file. */
@NullMarked
package dev.kvasir.http.access;

import org.jspecify.annotations.NullMarked;
