/** The resources of the admin API, without HTTP. */
@NullMarked
package dev.kvasir.admin.rest;

import org.jspecify.annotations.NullMarked;
