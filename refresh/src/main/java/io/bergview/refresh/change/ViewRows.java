package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.pipeline.engine.EngineSession;
import io.bergview.projection.sql.SqlDialect;
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
  static String typed(SqlDialect dialect, Schema schema, String query) {
    List<String> names = names(schema);
    List<String> values = new ArrayList<>();
    for (NestedField field : schema.columns()) {
      values.add(
          "CAST(%1$s AS %2$s) AS %1$s"
              .formatted(column(field.fieldId()), dialect.type(field.type())));
    }
    return "(SELECT %s FROM (%s) AS given(%s))"
        .formatted(String.join(", ", values), query, String.join(", ", names));
  }

  /**
   * As {@link #typed}, of a table of the session. Where it has many columns, and all of them have
   * their types already, they are renamed without being named one by one, which takes a third of
   * the time to plan.
   */
  static String typedTable(EngineSession session, Schema schema, String table) {
    return WideRows.isWide(schema) && session.hasTypes(table, schema)
        ? "(SELECT * FROM %s AS given(%s))"
            .formatted(quote(table), String.join(", ", names(schema)))
        : typed(session.dialect(), schema, "SELECT * FROM " + quote(table));
  }

  private static List<String> names(Schema schema) {
    return schema.columns().stream().map(field -> column(field.fieldId())).toList();
  }
}
