package dev.kvasir.cli;

import dev.kvasir.cli.console.BuildVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {
      "kvasir " + BuildVersion.text(), "Java " + Runtime.version(), System.getProperty("os.arch")
    };
  }
}
