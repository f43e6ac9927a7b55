package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.function.Coercion;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.query.FromBinder.Tables;
import io.bergview.projection.query.FromScope.Relation;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * UNPIVOT: each row once for each entry, with the entry's name and its values. It is an unnested
 * list of structs, so that it is followed as other lists are. Rows of which all values are NULL are
 * left out, unless INCLUDE NULLS keeps them.
 */
final class UnpivotBinder {
  private static final int MOST_ENTRIES = 1_000;

  private final QueryBinder queries;
  private final SyntaxNode node;
  private final Tables source;
  private final FromScope scope;
  private final ExpressionBinder binder;

  /** The columns that the entries name, which are not among the others of the result. */
  private final Set<PlanColumn> taken = new HashSet<>();

  /**
   * @param outer what the queries around it name
   */
  UnpivotBinder(
      QueryBinder queries,
      SyntaxNode node,
      Tables source,
      @Nullable FromScope outer,
      CommonTables ctes) {
    this.queries = queries;
    this.node = node;
    this.source = source;
    this.scope = new FromScope(source.relations(), outer);
    this.binder = new ExpressionBinder(queries, scope, ctes, null, null, "UNPIVOT");
  }

  /** A name and a value for each column of values. */
  private record Entry(String name, List<Expr> values, SyntaxNode place) {
    Entry {
      values = List.copyOf(values);
    }
  }

  static boolean isUnpivot(SyntaxNode pivot) {
    return !pivot.strings("unpivot_names").isEmpty();
  }

  Tables bind() {
    List<String> names = node.strings("unpivot_names");
    List<Entry> entries = entries(names.size());
    List<String> fields = new ArrayList<>(List.of("name"));
    List<Type> types = new ArrayList<>(List.of(Types.StringType.get()));
    for (int i = 0; i < names.size(); i++) {
      fields.add("value" + i);
      types.add(common(entries, i));
    }
    Types.StructType type = TypeShapes.structOf(fields, types);
    List<Expr> rows = entries.stream().map(entry -> packed(entry, type)).toList();
    Expr list = binder.call("list_value", node, rows.toArray(Expr[]::new));
    PlanColumn ordinal = queries.ids().next("ordinality", Types.IntegerType.get());
    PlanColumn element = queries.ids().next("entry", type);
    Plan plan = new Plan.Unnest(source.plan(queries.ids()), list, ordinal, element, false);

    List<BoundColumn> columns = new ArrayList<>(others());
    List<String> shown = new ArrayList<>(List.of(nameColumn()));
    shown.addAll(names);
    List<Assignment> taken = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      PlanColumn column = queries.ids().next(shown.get(i), types.get(i));
      taken.add(
          new Assignment(
              column, new Expr.Field(new Expr.Ref(element), fields.get(i), types.get(i))));
      columns.add(new BoundColumn(shown.get(i), column));
    }
    plan = new Plan.Extend(plan, taken);
    if (!node.bool("include_nulls")) {
      plan = new Plan.Filter(plan, someValue(taken.subList(1, taken.size())));
    }
    columns = FromBinder.renamed(columns, node.strings("column_name_alias"), node);
    return Tables.of(Relation.of(node.string("alias"), columns), plan);
  }

  private static Pred someValue(List<Assignment> values) {
    return new Pred.Or(
        values.stream()
            .map(v -> (Pred) new Pred.Not(new Pred.IsNull(new Expr.Ref(v.column()))))
            .toList());
  }

  private String nameColumn() {
    return node.children("pivots").stream()
        .flatMap(pivot -> pivot.strings("unpivot_names").stream())
        .findFirst()
        .orElse("name");
  }

  private List<Entry> entries(int width) {
    List<Entry> entries = new ArrayList<>();
    for (SyntaxNode pivot : node.children("pivots")) {
      for (SyntaxNode entry : pivot.children("entries")) {
        SyntaxNode value = entry.required("star_expr");
        if (value.nodeClass().equals("STAR")) {
          each(value).forEach(column -> entries.add(new Entry(column.label(), ref(column), value)));
        } else {
          entries.add(entry(entry, value));
        }
      }
    }
    for (Entry entry : entries) {
      if (entry.values().size() != width) {
        throw new SqlException(
            ProblemKind.WRONG_TYPE,
            entry.place().offset(),
            "UNPIVOT needs %d columns here, not %d".formatted(width, entry.values().size()));
      }
    }
    if (entries.isEmpty() || entries.size() > MOST_ENTRIES) {
      throw unsupported(node, "UNPIVOT of %d entries".formatted(entries.size()), "");
    }
    return entries;
  }

  private List<PlanColumn> each(SyntaxNode star) {
    List<PlanColumn> columns = new ArrayList<>();
    for (SelectItem item : new StarBinder(scope, queries.tables()).items(star, "")) {
      columns.add(
          item.column()
              .orElseThrow(() -> unsupported(star, "REPLACE in UNPIVOT", "; list the columns")));
    }
    return columns;
  }

  private List<Expr> ref(PlanColumn column) {
    queries.tables().mention(column);
    taken.add(column);
    return List.of(new Expr.Ref(column));
  }

  private Entry entry(SyntaxNode entry, SyntaxNode value) {
    List<Expr> values = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (SyntaxNode each : ExpressionBinder.row(value)) {
      Expr bound = binder.bind(each);
      if (!(bound instanceof Expr.Ref ref)) {
        throw unsupported(
            each, "UNPIVOT of a value that is no column", "; compute it in a subquery");
      }
      taken.add(ref.column());
      values.add(bound);
      List<String> path = each.strings("column_names");
      names.add(path.get(path.size() - 1));
    }
    String alias = entry.string("alias");
    return new Entry(alias.isEmpty() ? String.join("_", names) : alias, values, value);
  }

  private static Type common(List<Entry> entries, int at) {
    List<Expr> values = new ArrayList<>();
    for (Entry entry : entries) {
      values.add(entry.values().get(at));
      if (Coercion.common(values).isEmpty()) {
        throw new SqlException(
            ProblemKind.WRONG_TYPE,
            entry.place().offset(),
            "UNPIVOT needs columns whose types go together, not %s; cast them in a subquery"
                .formatted(values.stream().map(Expr::type).distinct().toList()));
      }
    }
    return Coercion.common(values).orElseThrow();
  }

  private static Expr packed(Entry entry, Types.StructType type) {
    List<Expr> values = new ArrayList<>();
    values.add(new Expr.Constant(entry.name(), Types.StringType.get()));
    for (int i = 0; i < entry.values().size(); i++) {
      values.add(Coercion.to(entry.values().get(i), type.fields().get(i + 1).type()));
    }
    return new Expr.Pack(values, type);
  }

  /** The columns that no entry names, in their order. */
  private List<BoundColumn> others() {
    List<BoundColumn> others = new ArrayList<>();
    for (Relation relation : source.relations()) {
      for (BoundColumn column : relation.columns()) {
        if (!taken.contains(column.column()) && !relation.hidden().contains(column.column())) {
          others.add(column);
        }
      }
    }
    return others;
  }
}
