/** What operators need to see and do. */
@NullMarked
package dev.kvasir.admin;

import org.jspecify.annotations.NullMarked;
