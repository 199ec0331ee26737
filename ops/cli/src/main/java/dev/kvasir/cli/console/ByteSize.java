package dev.kvasir.cli.console;

import dev.kvasir.config.Bytes;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes on the command line as the configuration does. */
public final class ByteSize implements ITypeConverter<Bytes> {
  @Override
  public Bytes convert(String text) {
    try {
      return Bytes.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
