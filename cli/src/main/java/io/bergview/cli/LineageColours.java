package io.bergview.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** Light boxes with dark text, which can be read on white and on black alike. */
final class LineageColours {
  /** Of a kind of node. */
  record Colour(String fill, String line) {}

  /** By {@link LineageLabels#kind}. */
  static final Map<String, Colour> ALL = new LinkedHashMap<>();

  static final String TEXT = "#1b1b1b";

  /** Of what lies on no box: 4.5 to 1 against white and against black. */
  static final String LINE = "#767676";

  static {
    ALL.put("fresh", new Colour("#d4f0d8", "#2e7d32"));
    ALL.put("stale", new Colour("#ffedc2", "#b26a00"));
    ALL.put("invalid", new Colour("#fbd5d5", "#c62828"));
    ALL.put("table", new Colour("#dfe7f2", "#4a6484"));
  }

  private LineageColours() {}
}
