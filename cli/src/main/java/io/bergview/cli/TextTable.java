package io.bergview.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import com.github.freva.asciitable.OverflowBehaviour;
import io.bergview.errors.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Rows as a table for display. */
final class TextTable {
  private static final int NARROWEST = 8;
  private static final int PADDING = 2;
  private static final int BORDER = 1;

  private final List<Heading> headings;
  private final List<List<String>> rows = new ArrayList<>();

  /** The head of a column; numbers stand on the right. */
  record Heading(String name, boolean right) {}

  TextTable(List<Heading> headings) {
    this.headings = headings.stream().map(h -> new Heading(shown(h.name()), h.right())).toList();
  }

  /** All columns on the left. */
  static TextTable of(String... names) {
    return new TextTable(Arrays.stream(names).map(name -> new Heading(name, false)).toList());
  }

  void add(List<String> cells) {
    rows.add(cells.stream().map(TextTable::shown).toList());
  }

  void add(String... cells) {
    add(List.of(cells));
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /**
   * With lines around it.
   *
   * @param width of the terminal; longer cells are cut to fit it
   */
  String boxed(OptionalInt width) {
    return text(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, width);
  }

  /** In columns, without any lines. */
  String plain() {
    return text(AsciiTable.NO_BORDERS, OptionalInt.empty())
        .lines()
        .map(String::stripTrailing)
        .collect(Collectors.joining("\n"));
  }

  private String text(Character[] borders, OptionalInt width) {
    int cut = widestCell(width.orElse(Integer.MAX_VALUE));
    List<ColumnData<List<String>>> columns = new ArrayList<>();
    for (int i = 0; i < headings.size(); i++) {
      int index = i;
      HorizontalAlign align =
          headings.get(i).right() ? HorizontalAlign.RIGHT : HorizontalAlign.LEFT;
      columns.add(
          new Column()
              .header(headings.get(i).name())
              .headerAlign(align)
              .dataAlign(align)
              .maxWidth(cut + PADDING, OverflowBehaviour.ELLIPSIS_RIGHT)
              .with(row -> row.get(index)));
    }
    return AsciiTable.builder().border(borders).lineSeparator("\n").data(rows, columns).asString();
  }

  /** The length at which all cells must be cut for the table to fit, if that helps at all. */
  private int widestCell(int width) {
    int[] widths = new int[headings.size()];
    for (int i = 0; i < widths.length; i++) {
      int index = i;
      widths[i] =
          rows.stream()
              .mapToInt(row -> row.get(index).length())
              .reduce(headings.get(i).name().length(), Math::max);
    }
    int room = width - BORDER - (PADDING + BORDER) * widths.length;
    int cut = Arrays.stream(widths).max().orElse(0);
    while (cut > NARROWEST && sum(widths, cut) > room) {
      cut--;
    }
    return Math.max(cut, NARROWEST);
  }

  private static int sum(int[] widths, int cut) {
    return Arrays.stream(widths).map(width -> Math.min(width, cut)).sum();
  }

  /** What a terminal obeys or reorders would spoil the table, or worse. */
  static String shown(String text) {
    return Printable.cell(text);
  }
}
