package dev.kvasir.engine.kernel;

import dev.kvasir.engine.kernel.scalar.ScalarKernels;

final class ScalarKernelsTest extends AbstractKernelsTest {
  @Override
  Kernels create() {
    return new ScalarKernels();
  }
}
