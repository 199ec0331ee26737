package dev.kvasir.cli;

import dev.kvasir.cli.console.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote beside the classes. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() throws IOException {
    return new String[] {
      "kvasir " + read(), "Java " + Runtime.version(), System.getProperty("os.arch")
    };
  }

  static String read() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new UserError(
            "the build is incomplete: remove ops/cli/target and run ./kvasir again");
      }
      properties.load(in);
    }
    return properties.getProperty("version", "unknown");
  }
}
