package dev.kvasir.cli.console;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version that the build wrote beside the classes. */
public final class BuildVersion {
  private BuildVersion() {}

  /**
   * Such as {@code 0.1.0 (4e4ac55)}, without the commit where the build did not know it.
   *
   * @throws UserError if the build is incomplete
   */
  public static String text() {
    Properties properties = new Properties();
    try (InputStream in = BuildVersion.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw incomplete();
      }
      properties.load(in);
    } catch (IOException e) {
      throw incomplete();
    }
    String version = properties.getProperty("version", "unknown");
    String commit = properties.getProperty("commit", "");
    return commit.isBlank() ? version : version + " (" + commit + ")";
  }

  private static UserError incomplete() {
    return new UserError("the build is incomplete: remove ops/cli/target and run ./kvasir again");
  }
}
