/** Hugging Face's files: tensors in the safetensors format, single or in shards, and their JSON. */
@NullMarked
package dev.kvasir.engine.safetensors;

import org.jspecify.annotations.NullMarked;
