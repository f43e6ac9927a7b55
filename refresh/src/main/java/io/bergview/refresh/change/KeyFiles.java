package io.bergview.refresh.change;

import io.bergview.pipeline.Kernel;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/** Which files of a table may hold some keys, by the bounds of their columns. */
public final class KeyFiles {
  private KeyFiles() {}

  /**
   * @param keysTable a table of the kernel with columns {@code k0}, {@code k1}, ...
   * @param schema of the snapshot that will be read
   * @param fieldIds top-level columns of it, one for each part of a key
   * @return for {@code TableScanner.scan}; true where bounds say nothing
   */
  public static Expression of(
      Kernel kernel, String keysTable, Schema schema, List<Integer> fieldIds) {
    Expression files = Expressions.alwaysTrue();
    for (int i = 0; i < fieldIds.size(); i++) {
      String name = schema.findColumnName(fieldIds.get(i));
      if (name != null && schema.asStruct().field(name) != null) {
        KeyColumn column = KeyColumn.of(schema, List.of(name), i);
        files = Expressions.and(files, KeyValues.of(kernel, keysTable, column).files());
      }
    }
    return files;
  }
}
