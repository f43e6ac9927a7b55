package io.bergview.docs;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Output as a page shows it, compared with output as it came. A line {@code ...} stands for any
 * lines, {@code ...} in a line for any text. Ids of snapshots and files, moments and lengths of
 * time, and widths of columns do not count.
 */
final class ShownOutput {
  private final List<String> shown;

  ShownOutput(List<String> shown) {
    this.shown = normalised(shown);
  }

  /** What does not fit, for display; empty where all does. */
  Optional<String> mismatch(List<String> output) {
    List<String> actual = normalised(output);
    int furthest = furthest(0, 0, actual);
    return furthest == FITS
        ? Optional.empty()
        : Optional.of(
            "shown output does not fit from line %d of the output on: %s%nshown:%n%s%nactual:%n%s"
                .formatted(
                    furthest + 1,
                    furthest < actual.size() ? "'" + actual.get(furthest) + "'" : "(its end)",
                    String.join("\n", shown),
                    String.join("\n", actual)));
  }

  private static final int FITS = -1;

  /** {@link #FITS}, or the furthest line of the output that could not be matched. */
  private int furthest(int expected, int at, List<String> actual) {
    if (expected == shown.size()) {
      return at == actual.size() ? FITS : at;
    }
    String line = shown.get(expected);
    if (line.equals("...")) {
      int furthest = at;
      for (int next = at; next <= actual.size(); next++) {
        int reached = furthest(expected + 1, next, actual);
        if (reached == FITS) {
          return FITS;
        }
        furthest = Math.max(furthest, reached);
      }
      return furthest;
    }
    boolean fits = at < actual.size() && pattern(line).matcher(actual.get(at)).matches();
    return fits ? furthest(expected + 1, at + 1, actual) : at;
  }

  private static Pattern pattern(String line) {
    StringBuilder pattern = new StringBuilder();
    for (String part : line.split("\\.\\.\\.", -1)) {
      pattern.append(pattern.isEmpty() && !line.startsWith("...") ? "" : ".*");
      pattern.append(Pattern.quote(part));
    }
    return Pattern.compile(pattern.toString());
  }

  private static List<String> normalised(List<String> lines) {
    return lines.stream().map(ShownOutput::normalised).filter(line -> !line.isEmpty()).toList();
  }

  static String normalised(String line) {
    return line.replaceAll("\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\\b", "#uuid")
        .replaceAll("\\b\\d{15,}\\b", "#id")
        .replaceAll("\\b20\\d\\d-\\d\\d-\\d\\dT[0-9:.]+Z", "#time")
        .replaceAll("\\b\\d+(\\.\\d+)? (s\\b|(second|minute|hour)s?\\b)", "#span")
        .replaceAll("(\"durationMs\" ?:) ?\\d+", "$1 #span")
        .replaceAll("-{3,}", "-")
        .replaceAll("\\s+", " ")
        .strip();
  }
}
