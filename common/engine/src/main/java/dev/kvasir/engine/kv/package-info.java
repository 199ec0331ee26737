/** KV state in the layout the kernels read. */
@NullMarked
package dev.kvasir.engine.kv;

import org.jspecify.annotations.NullMarked;
