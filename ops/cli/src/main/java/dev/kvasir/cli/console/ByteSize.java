package dev.kvasir.cli.console;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads sizes such as {@code 800}, {@code 64KiB}, {@code 512MiB} or {@code 2GiB} as bytes. */
public final class ByteSize implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,12})(|kib|mib|gib)");

  @Override
  public Long convert(String text) {
    Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!form.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a size: write bytes, or a number with KiB, MiB or GiB");
    }
    long number = Long.parseLong(form.group(1));
    return switch (form.group(2)) {
      case "kib" -> number << 10;
      case "mib" -> number << 20;
      case "gib" -> number << 30;
      default -> number;
    };
  }
}
