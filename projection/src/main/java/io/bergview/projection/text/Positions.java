package io.bergview.projection.text;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** From an index into a text to its line and column. A line ends at LF, CR or CR LF. */
public final class Positions {
  private final String text;
  private final List<Integer> lineStarts = new ArrayList<>(List.of(0));

  public Positions(String text) {
    this.text = text;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
      if (c == '\n' || (c == '\r' && !pair)) {
        lineStarts.add(i + 1);
      }
    }
  }

  public LineColumn at(int index) {
    int found = Collections.binarySearch(lineStarts, index);
    int line = found >= 0 ? found : -found - 2;
    return new LineColumn(line + 1, text.codePointCount(lineStarts.get(line), index) + 1);
  }

  /** 1-based; columns count code points. */
  public record LineColumn(int line, int column) {}
}
