package io.bergview.server.hooks;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Patterns of view names, in which {@code *} matches any text. */
final class ViewPatterns {
  private final List<Pattern> patterns;

  ViewPatterns(List<String> texts) {
    this.patterns = texts.stream().map(ViewPatterns::pattern).toList();
  }

  private static Pattern pattern(String text) {
    return Pattern.compile(
        Stream.of(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }

  boolean match(String view) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(view).matches());
  }
}
