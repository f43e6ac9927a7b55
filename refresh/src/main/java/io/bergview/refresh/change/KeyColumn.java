package io.bergview.refresh.change;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.sql.SqlDialect;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types.NestedField;

/**
 * One part of a view's key: a column of the table of keys, and its place in the view.
 *
 * @param dialect in which it is written
 * @param key the column {@code k<i>} of the table of keys
 * @param root the view's column that holds it
 * @param inside the names that lead to it inside structs; none for the column itself
 */
public record KeyColumn(
    SqlDialect dialect, String key, NestedField root, List<String> inside, Type type) {
  public KeyColumn {
    requireNonNull(dialect, "dialect is null");
    requireNonNull(key, "key is null");
    requireNonNull(root, "root is null");
    requireNonNull(type, "type is null");
    inside = List.copyOf(inside);
  }

  /**
   * The parts of a key.
   *
   * @param key where they are, as {@link ResolvedView#key()} says
   */
  public static List<KeyColumn> of(SqlDialect dialect, Schema schema, List<String> key) {
    List<KeyColumn> columns = new ArrayList<>();
    for (List<String> path : paths(key)) {
      columns.add(of(dialect, schema, path, columns.size()));
    }
    return List.copyOf(columns);
  }

  /**
   * {@code _state.key.id} as its steps; the name of a visible column is one step, whatever
   * characters it has.
   */
  public static List<List<String>> paths(List<String> key) {
    String hidden = ResolvedView.STATE + ".key.";
    return key.stream()
        .map(
            name ->
                name.startsWith(hidden)
                    ? List.of(ResolvedView.STATE, "key", name.substring(hidden.length()))
                    : List.of(name))
        .toList();
  }

  static KeyColumn of(SqlDialect dialect, Schema schema, List<String> path, int index) {
    NestedField root = field(schema.asStruct().field(path.get(0)), path);
    Type type = root.type();
    for (String name : path.subList(1, path.size())) {
      type = field(type.asStructType().field(name), path).type();
    }
    return new KeyColumn(dialect, "k" + index, root, path.subList(1, path.size()), type);
  }

  private static NestedField field(NestedField found, List<String> path) {
    if (found == null) {
      throw new IllegalArgumentException("the view has no column " + String.join(".", path));
    }
    return found;
  }

  /** SQL of the value in a row of the view. */
  public String stored(String alias) {
    String value = alias + "." + column(root.fieldId());
    for (String name : inside) {
      value = dialect.field(value, name);
    }
    return value;
  }

  /** SQL of the value in a row of the table of keys. */
  public String given(String alias) {
    return "CAST(" + alias + "." + key + " AS " + dialect.type(type) + ")";
  }

  /**
   * SQL that holds where both are the same.
   *
   * @param nulls whether a key may be null; without, the comparison is one that DuckDB looks up in
   *     the statistics of a file first
   */
  public String matching(String storedAlias, String givenAlias, boolean nulls) {
    String operator = nulls || isFloating() ? " IS NOT DISTINCT FROM " : " = ";
    return stored(storedAlias) + operator + given(givenAlias);
  }

  boolean isFloating() {
    return type.typeId() == TypeID.FLOAT || type.typeId() == TypeID.DOUBLE;
  }
}
