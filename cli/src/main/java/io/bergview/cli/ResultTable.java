package io.bergview.cli;

import io.bergview.query.QueryResult;
import io.bergview.query.format.CellText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * An answer as a table for display: numbers on the right, null as an empty cell. It shows the first
 * rows only, since it must have them all before it knows how wide its columns are.
 */
final class ResultTable {
  private static final int MOST_ROWS = 10_000;

  private final QueryResult answer;
  private final List<Types.NestedField> columns;
  private final OptionalInt width;

  /**
   * @param toConsole whether long cells are cut to fit the console, if it is a terminal
   */
  ResultTable(QueryResult answer, Console console, boolean toConsole) {
    this.answer = answer;
    this.columns = answer.schema().columns();
    this.width =
        toConsole && console.outIsTerminal()
            ? OptionalInt.of(Terminal.width())
            : OptionalInt.empty();
  }

  /**
   * @return how many rows there were, shown or not
   */
  long write(OutputStream out) throws IOException {
    TextTable table =
        new TextTable(
            columns.stream()
                .map(column -> new TextTable.Heading(column.name(), isNumber(column.type())))
                .toList());
    int[] shown = new int[1];
    long rows =
        answer.forEachRow(
            row -> {
              if (shown[0] < MOST_ROWS) {
                table.add(cells(row));
                shown[0]++;
              }
            });
    String text = table.boxed(width) + "\n";
    if (rows > shown[0]) {
      text +=
          "The first %,d rows of %,d; --limit, or another --format, shows others\n"
              .formatted(shown[0], rows);
    }
    out.write(text.getBytes(StandardCharsets.UTF_8));
    return rows;
  }

  private List<String> cells(List<@Nullable Object> row) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Object value = row.get(i);
      cells.add(value == null ? "" : CellText.of(value, columns.get(i).type()));
    }
    return cells;
  }

  private static boolean isNumber(Type type) {
    return switch (type.typeId()) {
      case INTEGER, LONG, FLOAT, DOUBLE, DECIMAL -> true;
      default -> false;
    };
  }
}
