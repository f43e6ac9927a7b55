package io.bergview.discover;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Which tables are meant: globs over {@code [catalog.]namespace.table}, case-insensitive, in which
 * {@code *} stands for any characters and {@code ?} for one. A glob without a dot is matched with
 * the name of the table, and with that of its namespace. Without any, all tables are meant.
 */
final class TablePatterns {
  private final List<Glob> globs;
  private final Set<String> matched = new LinkedHashSet<>();

  private record Glob(String text, Pattern pattern, boolean dotted) {
    static Glob of(String text) {
      StringBuilder regex = new StringBuilder();
      text.codePoints()
          .forEach(
              c -> {
                switch (c) {
                  case '*' -> regex.append(".*");
                  case '?' -> regex.append('.');
                  default -> regex.append(Pattern.quote(Character.toString(c)));
                }
              });
      Pattern pattern =
          Pattern.compile(
              regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
      return new Glob(text, pattern, text.indexOf('.') >= 0);
    }

    boolean matches(String catalog, String namespace, String table) {
      return dotted
          ? matches(namespace + "." + table) || matches(catalog + "." + namespace + "." + table)
          : matches(table) || matches(namespace);
    }

    private boolean matches(String name) {
      return pattern.matcher(name).matches();
    }
  }

  private TablePatterns(List<Glob> globs) {
    this.globs = globs;
  }

  /**
   * @throws UsageException if one is empty
   */
  static TablePatterns of(List<String> patterns) {
    for (String pattern : patterns) {
      if (pattern.isBlank()) {
        throw new UsageException(
            ErrorCode.USAGE, "A pattern is empty; write one such as 'shop.*', or none for all");
      }
    }
    return new TablePatterns(patterns.stream().map(Glob::of).toList());
  }

  boolean matches(String catalog, TableIdentifier table) {
    boolean any = globs.isEmpty();
    String namespace = String.join(".", table.namespace().levels());
    for (Glob glob : globs) {
      if (glob.matches(catalog, namespace, table.name())) {
        matched.add(glob.text());
        any = true;
      }
    }
    return any;
  }

  /** Those with which no table was matched so far. */
  List<String> unmatched() {
    List<String> left = new ArrayList<>(globs.stream().map(Glob::text).toList());
    left.removeAll(matched);
    return left;
  }
}
