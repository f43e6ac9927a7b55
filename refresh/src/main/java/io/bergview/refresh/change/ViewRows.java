package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/** New rows of a view, as SQL. */
final class ViewRows {
  private ViewRows() {}

  /**
   * What stands in FROM for rows under the names and types of the stored ones.
   *
   * @param query of the view's columns by position
   */
  static String typed(Schema schema, String query) {
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (NestedField field : schema.columns()) {
      String name = column(field.fieldId());
      names.add(name);
      values.add("CAST(%1$s AS %2$s) AS %1$s".formatted(name, sqlType(field.type())));
    }
    return "(SELECT %s FROM (%s) AS given(%s))"
        .formatted(String.join(", ", values), query, String.join(", ", names));
  }
}
