package io.bergview.projection.query;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprColumns;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The columns that names mean within one SELECT: those of what its FROM names, then those of the
 * queries around it. A name that has the exact spelling of one column means that one, else case
 * does not matter.
 */
final class FromScope implements NameScope {
  /**
   * A table, view or subquery of FROM.
   *
   * @param name its alias or the last part of its name; empty where it has none
   * @param path the parts of its name, as far as it is known by them
   * @param hidden columns that {@code *} and plain names pass over: a join shows them once
   */
  record Relation(
      String name, List<String> path, List<BoundColumn> columns, Set<PlanColumn> hidden) {
    Relation {
      path = List.copyOf(path);
      columns = List.copyOf(columns);
      hidden = Set.copyOf(hidden);
    }

    static Relation of(String name, List<BoundColumn> columns) {
      return new Relation(name, List.of(name), columns, Set.of());
    }

    /** The same with further columns passed over. */
    Relation hiding(Set<PlanColumn> more) {
      Set<PlanColumn> all = new HashSet<>(hidden);
      all.addAll(more);
      return new Relation(name, path, columns, all);
    }
  }

  private final List<Relation> relations;
  private final @Nullable FromScope outer;

  /** The columns of outer queries that were named here. */
  private final Set<PlanColumn> correlated = new HashSet<>();

  FromScope(List<Relation> relations, @Nullable FromScope outer) {
    this.relations = List.copyOf(relations);
    this.outer = outer;
  }

  List<Relation> relations() {
    return relations;
  }

  @Nullable FromScope outer() {
    return outer;
  }

  /** The columns of queries around this one that it names. */
  Set<PlanColumn> correlated() {
    return correlated;
  }

  /**
   * The value of a name: a column, or a field of a struct column.
   *
   * @throws SqlException where there is none, or more than one
   */
  @Override
  public Expr resolve(List<String> path, SyntaxNode at) {
    Optional<Expr> here = find(path, at);
    if (here.isPresent()) {
      return here.get();
    }
    for (FromScope around = outer; around != null; around = around.outer) {
      Optional<Expr> found = around.find(path, at);
      if (found.isPresent()) {
        remember(found.get(), around);
        return found.get();
      }
    }
    throw unknown(path, at);
  }

  /** Whether a name means something in this SELECT itself. */
  @Override
  public boolean has(List<String> path, SyntaxNode at) {
    return find(path, at).isPresent();
  }

  private void remember(Expr value, FromScope owner) {
    for (FromScope scope = this; scope != null && scope != owner; scope = scope.outer) {
      scope.correlated.addAll(ExprColumns.of(value));
    }
  }

  private Optional<Expr> find(List<String> path, SyntaxNode at) {
    for (int tableParts = Math.min(path.size() - 1, 3); tableParts >= 0; tableParts--) {
      int columnAt = tableParts;
      List<BoundColumn> found =
          relations.stream()
              .filter(r -> columnAt == 0 || called(r, path.subList(0, columnAt)))
              .flatMap(relation -> relation.columns().stream())
              .toList();
      List<BoundColumn> named =
          matching(
              found.stream()
                  .filter(c -> c.name().equalsIgnoreCase(path.get(columnAt)))
                  .filter(c -> columnAt > 0 || !isHidden(c))
                  .distinct()
                  .toList(),
              path.get(columnAt));
      if (named.size() > 1) {
        throw new SqlException(
            ProblemKind.AMBIGUOUS_COLUMN,
            at.offset(),
            "'%s' is ambiguous: %s; put the name of its table in front"
                .formatted(String.join(".", path), owners(path.get(columnAt))));
      }
      if (named.size() == 1) {
        Expr column = new Expr.Ref(named.get(0).column());
        return fields(column, path.subList(columnAt + 1, path.size()), at);
      }
    }
    return Optional.empty();
  }

  private boolean isHidden(BoundColumn column) {
    return relations.stream().anyMatch(relation -> relation.hidden().contains(column.column()));
  }

  /** Of columns that differ in case only, the one that is spelt as asked. */
  private static List<BoundColumn> matching(List<BoundColumn> columns, String name) {
    List<BoundColumn> exact = columns.stream().filter(c -> c.name().equals(name)).toList();
    return exact.size() == 1 ? exact : columns;
  }

  private static boolean called(Relation relation, List<String> name) {
    if (name.size() == 1) {
      return relation.name().equalsIgnoreCase(name.get(0));
    }
    List<String> path = relation.path();
    if (path.size() < name.size()) {
      return false;
    }
    List<String> end = path.subList(path.size() - name.size(), path.size());
    return String.join("\0", end).equalsIgnoreCase(String.join("\0", name));
  }

  private static Optional<Expr> fields(Expr column, List<String> path, SyntaxNode at) {
    Expr value = column;
    for (String name : path) {
      if (!(value.type() instanceof Types.StructType struct)) {
        throw new SqlException(
            ProblemKind.UNKNOWN_COLUMN,
            at.offset(),
            "'%s' is %s and has no field '%s'"
                .formatted(((Expr.Ref) column).column().label(), value.type(), name));
      }
      Types.NestedField field =
          struct.field(name) != null ? struct.field(name) : struct.caseInsensitiveField(name);
      if (field == null) {
        throw new SqlException(
            ProblemKind.UNKNOWN_COLUMN,
            at.offset(),
            "there is no field '%s'%s"
                .formatted(
                    name,
                    Suggestions.didYouMean(
                        name, struct.fields().stream().map(Types.NestedField::name).toList())));
      }
      value = new Expr.Field(value, field.name(), field.type());
    }
    return Optional.of(value);
  }

  private String owners(String column) {
    return relations.stream()
        .filter(r -> r.columns().stream().anyMatch(c -> c.name().equalsIgnoreCase(column)))
        .map(relation -> relation.name() + "." + column)
        .reduce((one, other) -> one + ", " + other)
        .orElse(column);
  }

  private SqlException unknown(List<String> path, SyntaxNode at) {
    List<String> known = new ArrayList<>();
    for (FromScope scope = this; scope != null; scope = scope.outer) {
      for (Relation relation : scope.relations) {
        for (BoundColumn column : relation.columns()) {
          known.add(path.size() > 1 ? relation.name() + "." + column.name() : column.name());
        }
      }
    }
    String wanted = String.join(".", path);
    boolean table =
        path.size() > 1
            && relations.stream().noneMatch(r -> called(r, path.subList(0, path.size() - 1)));
    List<String> tables = relations.stream().map(Relation::name).toList();
    return table
        ? new SqlException(
            ProblemKind.UNKNOWN_TYPE,
            at.offset(),
            "'%s' names no table of FROM%s"
                .formatted(
                    String.join(".", path.subList(0, path.size() - 1)),
                    Suggestions.didYouMean(path.get(path.size() - 2), tables)))
        : new SqlException(
            ProblemKind.UNKNOWN_COLUMN,
            at.offset(),
            "there is no column '%s'%s"
                .formatted(wanted, Suggestions.didYouMean(wanted.toLowerCase(Locale.ROOT), known)));
  }
}
