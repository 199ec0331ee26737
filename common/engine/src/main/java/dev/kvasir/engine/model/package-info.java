/** From a model file to the weights in the form the kernels read. */
@NullMarked
package dev.kvasir.engine.model;

import org.jspecify.annotations.NullMarked;
