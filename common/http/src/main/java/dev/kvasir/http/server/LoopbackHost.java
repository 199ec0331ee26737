package dev.kvasir.http.server;

import dev.kvasir.http.error.ApiError;
import dev.kvasir.http.error.ApiException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where there are no keys, only this machine may ask. A page of another site, whose name was made
 * to mean this machine (DNS rebinding), gives itself away by the {@code Host} that its browser
 * sends.
 */
final class LoopbackHost {
  private static final Pattern NAMES = Pattern.compile("(?i)localhost|127(\\.\\d{1,3}){3}|\\[::1]");
  private static final Pattern PORT = Pattern.compile(":\\d*$");

  private LoopbackHost() {}

  /**
   * Checks a {@code Host} header; browsers never leave it out.
   *
   * @param listening the address that is listened on, a name of this machine, too
   * @throws ApiException (403) if it names another machine
   */
  static void require(@Nullable String host, String listening) {
    if (host != null && !isOwn(PORT.matcher(host.strip()).replaceFirst(""), listening)) {
      throw new ApiException(
          ApiError.invalid(
              403,
              "host_refused",
              "this server has no keys and answers only to localhost, 127.0.0.1 and [::1]:"
                  + " ask it by one of these, or set security.keys_file"));
    }
  }

  private static boolean isOwn(String name, String listening) {
    return NAMES.matcher(name).matches()
        || name.equalsIgnoreCase(listening)
        || name.equalsIgnoreCase("[" + listening + "]");
  }
}
