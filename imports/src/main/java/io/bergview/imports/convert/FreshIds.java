package io.bergview.imports.convert;

import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Field ids of columns that come from different places. */
public final class FreshIds {
  private FreshIds() {}

  /** The same fields with ids from 1 on, all different, nested ones included. */
  public static List<NestedField> of(List<NestedField> fields) {
    int[] last = {0};
    Type fresh = TypeUtil.assignFreshIds(Types.StructType.of(fields), () -> ++last[0]);
    return fresh.asStructType().fields();
  }
}
