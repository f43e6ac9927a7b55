package io.bergview.imports.write;

import static io.bergview.projection.sql.DuckDbTypes.quote;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;

import io.bergview.imports.convert.ImportColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Columns of converted rows as the columns of a table, in its order: what no file has is null.
 *
 * @param columns of the converted rows {@code t0}, {@code t1}, ...
 */
public record ImportTarget(Schema schema, List<ImportColumn> columns) {
  public ImportTarget {
    columns = List.copyOf(columns);
  }

  /** The columns of the table, under their names, of a relation of converted rows. */
  public String select(String converted) {
    return "SELECT %s FROM %s".formatted(expressions(), converted);
  }

  private String expressions() {
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      numbers.put(columns.get(i).name(), i);
    }
    List<String> values = new ArrayList<>();
    for (NestedField field : schema.columns()) {
      Integer column = numbers.get(field.name());
      values.add(
          "CAST(%s AS %s) AS %s"
              .formatted(
                  column == null ? "NULL" : "t" + column,
                  sqlType(field.type()),
                  quote(field.name())));
    }
    return String.join(", ", values);
  }

  /** The key columns {@code k0}, {@code k1}, ... of a relation of the table's columns. */
  static String keys(String rows, List<String> id) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < id.size(); i++) {
      keys.add(quote(id.get(i)) + " AS k" + i);
    }
    return "SELECT %s FROM %s".formatted(String.join(", ", keys), rows);
  }

  static String keyNames(List<String> id) {
    return java.util.stream.IntStream.range(0, id.size())
        .mapToObj(i -> "k" + i)
        .collect(Collectors.joining(", "));
  }
}
