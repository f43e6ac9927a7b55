package io.bergview.projection.yaml;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.EntityType;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A table, or the elements of a list, that a FROM clause names; once found, with its path. */
final class FromSource {
  private final String name;
  private final List<String> path;
  private final Types.StructType columns;
  private final Set<String> hidden = new HashSet<>();
  private final @Nullable EntityType table;
  private final @Nullable SyntaxNode list;
  private @Nullable EntityType elements;
  private boolean outer;
  private List<SyntaxNode> on = List.of();
  private List<FromSource> behind = List.of();
  private @Nullable List<String> at;

  private FromSource(
      String name,
      List<String> path,
      Types.StructType columns,
      @Nullable EntityType table,
      @Nullable SyntaxNode list) {
    this.name = requireNonNull(name, "name is null");
    this.path = List.copyOf(path);
    this.columns = requireNonNull(columns, "columns is null");
    this.table = table;
    this.list = list;
  }

  /**
   * @param path the parts of the name by which columns may call it
   */
  static FromSource table(List<String> path, EntityType table, Types.StructType columns) {
    return new FromSource(path.get(path.size() - 1), path, columns, table, null);
  }

  /**
   * @param column the name and type of its one column
   * @param list the column whose elements they are
   */
  static FromSource elements(String name, Types.NestedField column, SyntaxNode list) {
    return new FromSource(name, List.of(name), Types.StructType.of(column), null, list);
  }

  /** How it is joined with what stands before it. */
  void joined(boolean leftJoin, List<SyntaxNode> conditions) {
    outer = leftJoin;
    on = List.copyOf(conditions);
  }

  /** Others are joined with it before it is joined itself, in parentheses, by outer joins. */
  void joinedWith(List<FromSource> others) {
    behind = List.copyOf(others);
  }

  /** What its {@link #on} may name beside it. */
  List<FromSource> behind() {
    return behind;
  }

  String name() {
    return name;
  }

  /** Whether rows without it stay. */
  boolean isOuter() {
    return outer;
  }

  List<SyntaxNode> on() {
    return on;
  }

  boolean isTable() {
    return table != null;
  }

  EntityType table() {
    return requireNonNull(table, "elements have no table");
  }

  SyntaxNode list() {
    return requireNonNull(list, "a table is no list");
  }

  boolean isFound() {
    return at != null;
  }

  /** The path that leads to its rows; empty for the root. */
  List<String> at() {
    return requireNonNull(at, "it was not found");
  }

  /** It is what a path leads to. */
  void found(List<String> path) {
    at = List.copyOf(path);
  }

  /** Its elements have the relations of a type. */
  void elementsOf(@Nullable EntityType type) {
    elements = type;
  }

  void lost() {
    at = null;
    elements = null;
  }

  /** The type whose relations its rows have. */
  Optional<EntityType> type() {
    return Optional.ofNullable(isTable() ? table : elements);
  }

  /** The path of a column of it, whose names are spelt as they are declared. */
  List<String> path(List<String> segments) {
    List<String> whole = new ArrayList<>(at());
    whole.addAll(isTable() ? segments : segments.subList(1, segments.size()));
    return whole;
  }

  void hide(String column) {
    hidden.add(column);
  }

  boolean hides(String column) {
    return hidden.contains(column);
  }

  Types.StructType columns() {
    return columns;
  }

  /** The columns that {@code *} stands for. */
  List<String> shown(boolean withHidden) {
    return columns.fields().stream()
        .filter(field -> TypeShapes.unsupported(field.name(), field.type()).isEmpty())
        .map(Types.NestedField::name)
        .filter(column -> withHidden || !hides(column))
        .toList();
  }

  /** Whether a name in front of a column means it. */
  boolean isCalled(List<String> parts) {
    if (parts.size() == 1) {
      return name.equalsIgnoreCase(parts.get(0));
    }
    return path.size() >= parts.size()
        && String.join("\0", path.subList(path.size() - parts.size(), path.size()))
            .equalsIgnoreCase(String.join("\0", parts));
  }
}
