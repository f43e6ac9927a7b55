package io.bergview.verify;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.quote;
import static java.util.stream.Collectors.joining;

import io.bergview.pipeline.engine.EngineSession;
import io.bergview.refresh.change.KeyColumn;
import io.bergview.verify.Comparison.ComparisonResult;
import io.bergview.verify.KeyDifference.DifferenceKind;
import io.bergview.verify.KeyDifference.Value;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** The first differences, for display. */
final class Examples {
  private final EngineSession session;
  private final ComparedRow row;
  private final ViewKey key;

  Examples(EngineSession session, ComparedRow row, ViewKey key) {
    this.session = session;
    this.row = row;
    this.key = key;
  }

  /** In the order of the key, nulls first; where the view has no key, in none. */
  List<KeyDifference> of(ComparisonResult found, int limit) {
    if (found.nothing() || limit == 0) {
      return List.of();
    }
    return key.known() ? keyed(found, limit) : whole(found, limit);
  }

  private List<KeyDifference> keyed(ComparisonResult found, int limit) {
    List<Type> types = new ArrayList<>();
    key.columns().forEach(column -> types.add(column.type()));
    types.addAll(List.of(Types.BooleanType.get(), Types.BooleanType.get()));
    List<Types.NestedField> fields = row.schema().columns();
    fields.forEach(field -> types.add(field.type()));
    fields.forEach(field -> types.add(field.type()));
    fields.forEach(field -> types.add(Types.BooleanType.get()));
    List<KeyDifference> examples = new ArrayList<>();
    for (List<@Nullable Object> values : session.rows(pairs(found, limit), types)) {
      examples.add(example(values));
    }
    return examples;
  }

  private String pairs(ComparisonResult found, int limit) {
    String few =
        "SELECT * FROM %s ORDER BY %s LIMIT %d"
            .formatted(quote(found.keys()), ordered(key.names()), limit);
    String keyNames =
        key.columns().isEmpty()
            ? ""
            : key.columns().stream().map(column -> "few." + column.key() + ", ").collect(joining());
    String same =
        row.schema().columns().stream()
            .map(field -> row.same(field, "w", "h"))
            .collect(joining(", "));
    return "WITH few AS (%s) SELECT %sfew.wanted, few.held, %s, %s, %s FROM few LEFT JOIN %s AS w ON %s LEFT JOIN %s AS h ON %s ORDER BY %s"
        .formatted(
            few,
            keyNames,
            row.columns("w"),
            row.columns("h"),
            same,
            first(found, "copies > 0"),
            key.matching("w", "few"),
            first(found, "copies < 0"),
            key.matching("h", "few"),
            ordered(key.columns().isEmpty() ? "1" : keyNames.substring(0, keyNames.length() - 2)));
  }

  private static String ordered(String names) {
    return names.replace(",", " NULLS FIRST,") + " NULLS FIRST";
  }

  /** One row of each key on one side. */
  private String first(ComparisonResult found, String side) {
    String partition =
        key.columns().isEmpty()
            ? ""
            : "PARTITION BY "
                + key.columns().stream().map(column -> column.stored("d")).collect(joining(", "));
    return "(SELECT d.* FROM %s AS d SEMI JOIN few ON %s WHERE %s QUALIFY row_number() OVER (%s) = 1)"
        .formatted(quote(found.rows()), key.matching("d", "few"), side, partition);
  }

  private KeyDifference example(List<@Nullable Object> values) {
    List<Value> keyValues = new ArrayList<>();
    for (int i = 0; i < key.columns().size(); i++) {
      KeyColumn column = key.columns().get(i);
      keyValues.add(new Value(key.name(i), column.type(), values.get(i)));
    }
    int at = key.columns().size();
    boolean wanted = Boolean.TRUE.equals(values.get(at));
    boolean held = Boolean.TRUE.equals(values.get(at + 1));
    List<Types.NestedField> fields = row.schema().columns();
    List<Value> recomputed = new ArrayList<>();
    List<Value> inView = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      Types.NestedField field = fields.get(i);
      boolean same = Boolean.TRUE.equals(values.get(at + 2 + 2 * fields.size() + i));
      if (wanted && !(held && same)) {
        recomputed.add(new Value(field.name(), field.type(), values.get(at + 2 + i)));
      }
      if (held && !(wanted && same)) {
        inView.add(new Value(field.name(), field.type(), values.get(at + 2 + fields.size() + i)));
      }
    }
    DifferenceKind kind =
        !held
            ? DifferenceKind.MISSING
            : wanted ? DifferenceKind.DIFFERENT : DifferenceKind.UNEXPECTED;
    return new KeyDifference(kind, keyValues, inView, recomputed);
  }

  private List<KeyDifference> whole(ComparisonResult found, int limit) {
    List<Type> types = new ArrayList<>();
    List<Types.NestedField> fields = row.schema().columns();
    fields.forEach(field -> types.add(field.type()));
    types.add(Types.LongType.get());
    String columns = fields.stream().map(field -> column(field.fieldId())).collect(joining(", "));
    List<KeyDifference> examples = new ArrayList<>();
    for (List<@Nullable Object> values :
        session.rows(
            "SELECT %s, copies FROM %s ORDER BY copies > 0 LIMIT %d"
                .formatted(columns, quote(found.rows()), limit),
            types)) {
      List<Value> shown = new ArrayList<>();
      for (int i = 0; i < fields.size(); i++) {
        shown.add(new Value(fields.get(i).name(), fields.get(i).type(), values.get(i)));
      }
      boolean missing = values.get(fields.size()) instanceof Long copies && copies > 0;
      examples.add(
          missing
              ? new KeyDifference(DifferenceKind.MISSING, List.of(), List.of(), shown)
              : new KeyDifference(DifferenceKind.UNEXPECTED, List.of(), shown, List.of()));
    }
    return examples;
  }
}
