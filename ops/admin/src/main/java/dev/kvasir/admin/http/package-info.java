/** The admin API over HTTP. */
@NullMarked
package dev.kvasir.admin.http;

import org.jspecify.annotations.NullMarked;
