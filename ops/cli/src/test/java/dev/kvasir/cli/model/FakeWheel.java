package dev.kvasir.cli.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A small wheel that pip accepts, with a file in the place of the model. */
final class FakeWheel {
  static final byte[] MODEL = model();
  static final PackagedModel PACKAGED =
      new PackagedModel(
          "kvasir-fake-model",
          "0.1.2",
          1_000,
          "fake/model.gguf",
          "model.gguf",
          MODEL.length,
          sha256(MODEL));

  private FakeWheel() {}

  static Path in(Path folder) throws IOException {
    return in(folder, MODEL);
  }

  static Path in(Path folder, byte[] content) throws IOException {
    String info = "kvasir_fake_model-0.1.2.dist-info/";
    Path wheel = folder.resolve("kvasir_fake_model-0.1.2-py3-none-any.whl");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(wheel))) {
      add(zip, PACKAGED.entry(), content);
      Map.of(
              "METADATA", "Metadata-Version: 2.1\nName: kvasir-fake-model\nVersion: 0.1.2\n",
              "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
              "RECORD", "")
          .forEach((name, text) -> add(zip, info + name, text.getBytes(StandardCharsets.UTF_8)));
    }
    return wheel;
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) {
    try {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
      zip.closeEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] model() {
    byte[] bytes = new byte[700_001];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31 + i / 977);
    }
    return bytes;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
