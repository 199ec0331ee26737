package dev.kvasir.engine.kernel;

import dev.kvasir.engine.kernel.vector.VectorKernels;

final class VectorKernelsTest extends AbstractKernelsTest {
  @Override
  Kernels create() {
    return new VectorKernels(2);
  }
}
