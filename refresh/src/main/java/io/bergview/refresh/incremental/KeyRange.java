package io.bergview.refresh.incremental;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.pipeline.engine.EngineSession;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The range of the keys that rows are looked for by. Written as constants, it lets DuckDB skip the
 * row groups of a file whose statistics exclude it; those of a joined table of keys would be known
 * only while the rows are read.
 */
final class KeyRange {
  /** Fewer rows are read sooner than the range is known. */
  private static final long MANY_ROWS = 100_000;

  private KeyRange() {}

  /**
   * @param relation what stands in FROM, with columns {@code c<field id>}
   * @param rows about how many it has
   * @param keysTable columns {@code k0}, {@code k1}...
   * @param fields the field of each of these
   * @return what stands in FROM for the rows within the range of each key, and perhaps others
   */
  static String of(
      EngineSession session,
      String relation,
      long rows,
      String keysTable,
      List<Types.NestedField> fields) {
    if (rows < MANY_ROWS || fields.stream().noneMatch(field -> isOrdered(field.type()))) {
      return relation;
    }
    List<String> conditions = new ArrayList<>();
    List<@Nullable Object> facts = facts(session, keysTable, fields);
    for (int i = 0; i < fields.size(); i++) {
      Types.NestedField field = fields.get(i);
      Object nulls = facts.get(3 * i);
      Object least = facts.get(3 * i + 1);
      Object greatest = facts.get(3 * i + 2);
      if (Boolean.FALSE.equals(nulls) && least != null && greatest != null) {
        String type = session.dialect().type(field.type());
        conditions.add(
            "%s BETWEEN CAST(%s AS %s) AND CAST(%s AS %s)"
                .formatted(
                    column(field.fieldId()),
                    session.dialect().text(least.toString()),
                    type,
                    session.dialect().text(greatest.toString()),
                    type));
      }
    }
    return conditions.isEmpty()
        ? relation
        : "(SELECT * FROM %s WHERE %s)".formatted(relation, String.join(" AND ", conditions));
  }

  /** Of each part whether one is null, the least and the greatest; these null where unknown. */
  private static List<@Nullable Object> facts(
      EngineSession session, String keysTable, List<Types.NestedField> fields) {
    List<String> outputs = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      Type type = fields.get(i).type();
      String value = "CAST(k%d AS %s)".formatted(i, session.dialect().type(type));
      outputs.add("count(%s) < count(*)".formatted(value));
      for (String function : List.of("min", "max")) {
        outputs.add(
            isOrdered(type)
                ? "CAST(%s(%s) AS %s)"
                    .formatted(function, value, session.dialect().type(Types.StringType.get()))
                : "NULL");
      }
      types.addAll(
          List.of(Types.BooleanType.get(), Types.StringType.get(), Types.StringType.get()));
    }
    String sql = "SELECT %s FROM %s".formatted(String.join(", ", outputs), quote(keysTable));
    return session.rows(sql, types).get(0);
  }

  /** Whether the order of its values is that of a file's statistics, and a text stands for each. */
  private static boolean isOrdered(Type type) {
    return switch (type.typeId()) {
      case INTEGER, LONG, DATE, DECIMAL, STRING -> true;
      case TIMESTAMP -> !((Types.TimestampType) type).shouldAdjustToUTC();
      default -> false;
    };
  }
}
