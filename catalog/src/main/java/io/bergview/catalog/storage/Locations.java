package io.bergview.catalog.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a file lies, as text. Iceberg keeps locations as they were written, so one place has many
 * spellings: {@code file:/a}, {@code file:///a}, {@code /a//}, {@code /b/../a}. Nothing is
 * percent-decoded, as in Hadoop's {@code Path}.
 */
public final class Locations {
  private static final Pattern WITH_SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)");

  private Locations() {}

  /** Whether the location is on a local file system. */
  public static boolean isLocal(String location) {
    Matcher matcher = WITH_SCHEME.matcher(location);
    return !matcher.matches() || matcher.group(1).equalsIgnoreCase("file");
  }

  /**
   * The one spelling of a location, without a slash at its end.
   *
   * @throws IllegalArgumentException where {@code ..} leads above the root, or stands in a location
   *     of an object store, where it would mean itself
   */
  public static String normalise(String location) {
    Matcher matcher = WITH_SCHEME.matcher(location);
    String scheme = "file";
    String rest = location;
    if (matcher.matches()) {
      scheme = matcher.group(1).toLowerCase(Locale.ROOT);
      rest = matcher.group(2);
    }
    boolean local = scheme.equals("file");
    String authority = "";
    if (rest.startsWith("//") && matcher.matches()) {
      int slash = rest.indexOf('/', 2);
      authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
      rest = slash < 0 ? "" : rest.substring(slash);
    }
    if (local && authority.equals("localhost")) {
      authority = "";
    }
    String store = scheme.equals("s3a") || scheme.equals("s3n") ? "s3" : scheme;
    return store + "://" + authority + "/" + path(rest, local, location);
  }

  private static String path(String rest, boolean local, String location) {
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : rest.split("/")) {
      if (segment.isEmpty() || segment.equals(".")) {
        continue;
      }
      if (!segment.equals("..")) {
        segments.addLast(segment);
      } else if (!local || segments.pollLast() == null) {
        throw new IllegalArgumentException("'..' is not allowed in the location " + location);
      }
    }
    return String.join("/", segments);
  }

  /** Whether two spellings mean one place. */
  public static boolean same(String left, String right) {
    return normalise(left).equals(normalise(right));
  }

  /**
   * Whether a file lies inside a directory: by name, and on a local file system also after symbolic
   * links are followed. A location that cannot be normalised lies nowhere.
   */
  public static boolean isInside(String file, String directory) {
    String inner;
    String outer;
    try {
      inner = normalise(file);
      outer = normalise(directory);
    } catch (IllegalArgumentException e) {
      return false;
    }
    if (!inner.startsWith(outer + "/")) {
      return false;
    }
    return !isLocal(file) || isReallyInside(LocalPaths.path(file), LocalPaths.path(directory));
  }

  private static boolean isReallyInside(Path file, Path directory) {
    Path parent = file.getParent();
    while (parent != null && parent.startsWith(directory) && !Files.exists(parent)) {
      parent = parent.getParent();
    }
    if (parent == null || !parent.startsWith(directory)) {
      return true;
    }
    try {
      return parent.toRealPath().startsWith(directory.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }
}
