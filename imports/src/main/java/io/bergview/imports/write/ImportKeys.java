package io.bergview.imports.write;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.Rows;
import io.bergview.pipeline.engine.EmbeddedSession;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.refresh.change.KeyFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** The keys of imported rows, which must differ from one another. */
final class ImportKeys {
  private static final int EXAMPLES = 3;

  private final DuckDbSession session;
  private final List<String> id;
  private final String table;
  private boolean made;

  /**
   * @param id the key columns, at least one
   */
  ImportKeys(DuckDbSession session, List<String> id) {
    this.session = session;
    this.id = List.copyOf(id);
    this.table = session.freshName("keys");
  }

  /** The table of the session with all keys: {@code k0}, {@code k1}, ... */
  String table() {
    return table;
  }

  /**
   * @param rows a relation of the table's columns
   */
  void add(String rows) {
    String keys = ImportTarget.keys(rows, id);
    session.execute(
        made
            ? "INSERT INTO %s %s".formatted(quote(table), keys)
            : "CREATE TABLE %s AS %s".formatted(quote(table), keys));
    made = true;
  }

  /**
   * @throws DataException {@code DUPLICATE_KEY} with three examples
   */
  void checkUnique() {
    if (!made) {
      return;
    }
    String names = ImportTarget.keyNames(id);
    refuse(
        read(
            "SELECT %1$s, count(*) AS n FROM %2$s GROUP BY %1$s HAVING count(*) > 1 ORDER BY n DESC, %1$s LIMIT %3$d"
                .formatted(names, quote(table), EXAMPLES)),
        "occurs %s times in the files");
  }

  /**
   * That no row of the table has one of the keys.
   *
   * @throws DataException {@code DUPLICATE_KEY} with three examples
   */
  void checkNew(TableScanner scanner, Table stored) {
    Snapshot current = stored.currentSnapshot();
    if (!made || current == null) {
      return;
    }
    List<NestedField> fields = id.stream().map(name -> stored.schema().findField(name)).toList();
    String matching =
        IntStream.range(0, id.size())
            .mapToObj(i -> "v.%s = k.k%d".formatted(column(fields.get(i).fieldId()), i))
            .collect(Collectors.joining(" AND "));
    try (Relation rows =
        scanner.scan(
            session,
            stored,
            OptionalLong.of(current.snapshotId()),
            new Schema(fields),
            KeyFiles.of(
                new EmbeddedSession(session, scanner),
                table,
                stored.schema(),
                fields.stream().map(NestedField::fieldId).toList()))) {
      String names =
          IntStream.range(0, id.size()).mapToObj(i -> "k.k" + i).collect(Collectors.joining(", "));
      refuse(
          read(
              "SELECT DISTINCT %1$s, 1 AS n FROM %2$s AS k SEMI JOIN %3$s AS v ON %4$s ORDER BY %1$s LIMIT %5$d"
                  .formatted(names, quote(table), rows.sql(), matching, EXAMPLES)),
          "is in the table already");
    }
  }

  private List<List<@Nullable Object>> read(String sql) {
    List<org.apache.iceberg.types.Type> types = new ArrayList<>();
    id.forEach(name -> types.add(Types.StringType.get()));
    types.add(Types.StringType.get());
    String texts =
        IntStream.range(0, id.size())
            .mapToObj(i -> "CAST(k%d AS VARCHAR)".formatted(i))
            .collect(Collectors.joining(", "));
    return Rows.read(
        session.query("SELECT %s, CAST(n AS VARCHAR) FROM (%s)".formatted(texts, sql)), types);
  }

  private void refuse(List<List<@Nullable Object>> rows, String what) {
    if (rows.isEmpty()) {
      return;
    }
    throw new DataException(
        ErrorCode.DUPLICATE_KEY,
        "%s is no key of the imported rows, so nothing was imported"
            .formatted(String.join(", ", id)),
        rows.stream()
            .map(row -> "%s %s".formatted(key(row), what.formatted(row.get(id.size()))))
            .toList(),
        null);
  }

  private String key(List<@Nullable Object> row) {
    return IntStream.range(0, id.size())
        .mapToObj(i -> id.get(i) + " = " + row.get(i))
        .collect(Collectors.joining(", "));
  }
}
