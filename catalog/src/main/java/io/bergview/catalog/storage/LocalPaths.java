package io.bergview.catalog.storage;

import java.nio.file.Path;
import java.util.Locale;

/** Converts between an Iceberg location and a local path. */
final class LocalPaths {
  private static final String SCHEME = "file:";

  private LocalPaths() {}

  /**
   * The path of {@code file:/a}, {@code file:///a}, {@code file://localhost/a} or {@code /a}. Taken
   * literally: neither {@code %20} nor {@code +} is decoded.
   *
   * @throws IllegalArgumentException for another scheme, another host, or a relative path
   */
  static Path path(String location) {
    String path = location.substring(prefix(location).length());
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException(
          "'" + location + "' is not the location of a local file; write file:///absolute/path");
    }
    return Path.of(path).normalize();
  }

  /** What stands before the path: {@code file:}, {@code file://} or nothing. */
  static String prefix(String location) {
    if (!location.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return "";
    }
    String rest = location.substring(SCHEME.length());
    if (!rest.startsWith("//")) {
      return location.substring(0, SCHEME.length());
    }
    int slash = rest.indexOf('/', 2);
    String host = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
    if (!host.isEmpty() && !host.equals("localhost")) {
      throw new IllegalArgumentException(
          "'" + location + "' names the host " + host + "; local files have none");
    }
    return location.substring(0, SCHEME.length() + 2 + host.length());
  }
}
