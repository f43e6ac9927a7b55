package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.function.Coercion;
import io.bergview.projection.plan.ColumnIds;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Scan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.query.FromScope.Relation;
import io.bergview.projection.syntax.ReadTables;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Binds FROM: tables, subqueries, joins. */
final class FromBinder {
  private final QueryBinder queries;
  private final @Nullable FromScope outer;
  private final CommonTables ctes;

  FromBinder(QueryBinder queries, @Nullable FromScope outer, CommonTables ctes) {
    this.queries = queries;
    this.outer = outer;
    this.ctes = ctes;
  }

  /** What a part of FROM is called, and how it is joined. */
  record Tables(List<Relation> relations, InnerJoins joined) {
    Tables {
      relations = List.copyOf(relations);
    }

    static Tables of(Relation relation, Plan plan) {
      return new Tables(List.of(relation), InnerJoins.of(plan));
    }

    /** As one plan. */
    Plan plan(ColumnIds ids) {
      return JoinPlanner.plan(joined, List.of(), ids);
    }
  }

  Tables bind(Optional<SyntaxNode> from) {
    return from.isEmpty() ? empty() : bind(from.get(), List.of());
  }

  private static Tables empty() {
    return new Tables(
        List.of(), InnerJoins.of(new QueryPlan.Values(List.of(), List.of(List.of()))));
  }

  /**
   * @param beside what stands to the left of it, which a lateral subquery may name
   */
  private Tables bind(SyntaxNode node, List<Relation> beside) {
    node.child("sample")
        .ifPresent(
            sample -> {
              throw new SqlException(
                  ProblemKind.NOT_DETERMINISTIC,
                  node.offset(),
                  "a sample has other rows each time; a view cannot hold it");
            });
    return switch (node.type()) {
      case "EMPTY" -> empty();
      case "BASE_TABLE" -> table(node);
      case "SUBQUERY" -> subquery(node, beside);
      case "EXPRESSION_LIST" -> values(node);
      case "JOIN" -> join(node, beside);
      case "PIVOT" -> pivot(node, beside);
      case "TABLE_FUNCTION" ->
          TimeWindows.isWindow(node)
              ? new TimeWindows(queries, around(beside), ctes).bind(node)
              : unnest(around(beside)).alone(node);
      default ->
          throw unsupported(node, node.type().toLowerCase(Locale.ROOT).replace('_', ' '), "");
    };
  }

  private Tables table(SyntaxNode node) {
    List<String> path = ReadTables.path(node);
    Optional<SyntaxNode> past = node.child("at_clause");
    String alias = node.string("alias");
    if (path.size() == 1) {
      Optional<CommonTables.Entry> cte = ctes.find(path.get(0));
      if (cte.isPresent()) {
        past.ifPresent(clause -> AtClause.refuse(clause, path.get(0)));
        BoundQuery query =
            SelectBinder.withoutOrder(queries.query(cte.get().query(), null, cte.get().visible()));
        List<BoundColumn> columns = renamed(query.columns(), cte.get().columns(), node);
        columns = renamed(columns, node.strings("column_name_alias"), node);
        return Tables.of(Relation.of(alias.isEmpty() ? path.get(0) : alias, columns), query.plan());
      }
    }
    SourceTable source =
        past.isPresent()
            ? queries.tables().resolve(path, node, past.get())
            : queries.tables().resolve(path, node);
    List<Scan.Read> reads = new ArrayList<>();
    List<BoundColumn> columns = new ArrayList<>();
    for (Types.NestedField field : source.schema().columns()) {
      if (TypeShapes.unsupported(field.name(), field.type()).isPresent()) {
        continue;
      }
      PlanColumn column = queries.ids().next(field.name(), field.type());
      reads.add(new Scan.Read(column, field.fieldId()));
      columns.add(new BoundColumn(field.name(), column));
    }
    List<BoundColumn> named = renamed(columns, node.strings("column_name_alias"), node);
    Relation relation =
        alias.isEmpty()
            ? new Relation(path.get(path.size() - 1), path, named, Set.of())
            : Relation.of(alias, named);
    Scan scan = new Scan(source, reads);
    queries.tables().reads(scan);
    return Tables.of(relation, scan);
  }

  static List<BoundColumn> renamed(List<BoundColumn> columns, List<String> names, SyntaxNode node) {
    if (names.size() > columns.size()) {
      throw new SqlException(
          ProblemKind.WRONG_VALUE,
          node.offset(),
          "%d names are given, more than there are columns (%d)"
              .formatted(names.size(), columns.size()));
    }
    List<BoundColumn> renamed = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      String name = i < names.size() ? names.get(i) : columns.get(i).name();
      renamed.add(new BoundColumn(name, columns.get(i).column(), columns.get(i).place()));
    }
    return renamed;
  }

  private Tables subquery(SyntaxNode node, List<Relation> beside) {
    BoundQuery query =
        SelectBinder.withoutOrder(
            queries.query(node.required("subquery").required("node"), around(beside), ctes));
    List<BoundColumn> columns = renamed(query.columns(), node.strings("column_name_alias"), node);
    return Tables.of(Relation.of(node.string("alias"), columns), query.plan());
  }

  private Tables values(SyntaxNode node) {
    ExpressionBinder binder =
        new ExpressionBinder(queries, new FromScope(List.of(), outer), ctes, null, null, "VALUES");
    List<List<Expr>> rows = new ArrayList<>();
    for (SyntaxNode row : node.children("values")) {
      List<Expr> values = new ArrayList<>();
      row.elements().forEach(value -> values.add(binder.bind(value)));
      rows.add(values);
    }
    int width = rows.get(0).size();
    List<PlanColumn> columns = new ArrayList<>();
    List<BoundColumn> names = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      int at = i;
      if (rows.stream().anyMatch(row -> row.size() != width)) {
        throw new SqlException(
            ProblemKind.WRONG_TYPE, node.offset(), "the rows of VALUES have different lengths");
      }
      List<Expr> values = rows.stream().map(row -> row.get(at)).toList();
      Type type =
          Coercion.common(values)
              .orElseThrow(
                  () ->
                      new SqlException(
                          ProblemKind.WRONG_TYPE,
                          node.offset(),
                          "value %d of the rows has types that do not go together"
                              .formatted(at + 1)));
      Type shown = type.equals(Calls.UNKNOWN) ? Types.StringType.get() : type;
      columns.add(queries.ids().next("col" + i, shown));
      names.add(new BoundColumn("col" + i, columns.get(i)));
    }
    List<List<Expr>> typed = new ArrayList<>();
    for (List<Expr> row : rows) {
      List<Expr> values = new ArrayList<>();
      for (int i = 0; i < width; i++) {
        values.add(Coercion.to(row.get(i), columns.get(i).type()));
      }
      typed.add(values);
    }
    return Tables.of(Relation.of("", names), new QueryPlan.Values(columns, typed));
  }

  private Tables join(SyntaxNode node, List<Relation> beside) {
    Tables left = bind(node.required("left"), beside);
    SyntaxNode right = node.required("right");
    if (right.type().equals("TABLE_FUNCTION")
        && !TimeWindows.isWindow(right)
        && UnnestBinder.isPlain(node)) {
      return unnest(outer).beside(left, right, node.string("join_type").equals("LEFT"));
    }
    List<Relation> known = new ArrayList<>(beside);
    known.addAll(left.relations());
    return new JoinBinder(queries, outer, ctes, node, left, bind(right, known)).bind();
  }

  private Tables pivot(SyntaxNode node, List<Relation> beside) {
    if (UnpivotBinder.isUnpivot(node)) {
      Tables source = bind(node.required("source"), beside);
      return new UnpivotBinder(queries, node, source, around(beside), ctes).bind();
    }
    SyntaxNode select =
        new PivotBinder(node).select(bind(node.required("source"), beside).relations());
    BoundQuery query = queries.query(select, around(beside), ctes);
    List<BoundColumn> columns = renamed(query.columns(), node.strings("column_name_alias"), node);
    return Tables.of(Relation.of(node.string("alias"), columns), query.plan());
  }

  private UnnestBinder unnest(@Nullable FromScope around) {
    return new UnnestBinder(queries, around, ctes);
  }

  private @Nullable FromScope around(List<Relation> beside) {
    return beside.isEmpty() ? outer : new FromScope(beside, outer);
  }
}
