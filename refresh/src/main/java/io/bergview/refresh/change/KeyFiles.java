package io.bergview.refresh.change;

import io.bergview.pipeline.engine.EngineSession;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/** Which files of a table may hold some keys, by the bounds of their columns. */
public final class KeyFiles {
  private KeyFiles() {}

  /**
   * @param keysTable a table of the session with columns {@code k0}, {@code k1}, ...
   * @param schema the current schema of the table
   * @param fieldIds top-level columns of it, one for each part of a key
   * @return for {@code TableScanner.scan}; true if bounds exclude nothing
   */
  public static Expression of(
      EngineSession session, String keysTable, Schema schema, List<Integer> fieldIds) {
    List<KeyColumn> columns = new ArrayList<>();
    for (int i = 0; i < fieldIds.size(); i++) {
      String name = schema.findColumnName(fieldIds.get(i));
      if (name != null && schema.asStruct().field(name) != null) {
        columns.add(KeyColumn.of(session.dialect(), schema, List.of(name), i));
      }
    }
    return KeyValues.of(session, keysTable, columns).stream()
        .map(KeyValues::files)
        .reduce(Expressions.alwaysTrue(), Expressions::and);
  }
}
