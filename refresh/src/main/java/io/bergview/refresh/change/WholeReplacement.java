package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.Rows;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** All of the stored rows go: it is known that none of the new ones is like any of them. */
final class WholeReplacement implements RowReplacement {
  private final String stored;
  private final String newRows;
  private final long come;
  private final Map<String, Long> goneByFile = new LinkedHashMap<>();

  private WholeReplacement(String stored, String newRows, long come) {
    this.stored = stored;
    this.newRows = newRows;
    this.come = come;
  }

  /**
   * @param newRows a query of the view's columns by position
   * @param come how many rows it has
   */
  static WholeReplacement of(
      Kernel kernel, Schema schema, StoredRows stored, String newRows, long come) {
    return of(kernel, stored, "SELECT * FROM " + ViewRows.typed(schema, newRows), come);
  }

  /** Of stored rows that go, and none that come. */
  static WholeReplacement withNothing(Kernel kernel, StoredRows stored) {
    return of(kernel, stored, "", 0);
  }

  private static WholeReplacement of(Kernel kernel, StoredRows stored, String newRows, long come) {
    WholeReplacement replacement = new WholeReplacement(quote(stored.table()), newRows, come);
    String sql =
        "SELECT %1$s, count(*) FROM %2$s GROUP BY %1$s ORDER BY %1$s"
            .formatted(StoredRows.FILE, replacement.stored);
    for (List<@Nullable Object> row :
        Rows.read(kernel.query(sql), List.of(Types.StringType.get(), Types.LongType.get()))) {
      replacement.goneByFile.put((String) row.get(0), (Long) row.get(1));
    }
    return replacement;
  }

  @Override
  public Map<String, Long> goneByFile() {
    return goneByFile;
  }

  @Override
  public String goneSql() {
    return "SELECT %s, %s FROM %s".formatted(StoredRows.FILE, StoredRows.POSITION, stored);
  }

  @Override
  public long come() {
    return come;
  }

  @Override
  public String comeSql() {
    return newRows;
  }

  @Override
  public void close() {}
}
