package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;
import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.function.Coercion;
import io.bergview.projection.plan.ColumnIds;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.Plan.Scan;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.QueryPlan.JoinKind;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.plan.TypeShapes;
import io.bergview.projection.query.FromScope.Relation;
import io.bergview.projection.syntax.ReadTables;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
      case "TABLE_FUNCTION" ->
          throw unsupported(
              node,
              "a table function",
              "; join a table, or unnest a list in a JOIN: t, unnest(t.list)");
      default ->
          throw unsupported(node, node.type().toLowerCase(Locale.ROOT).replace('_', ' '), "");
    };
  }

  private Tables table(SyntaxNode node) {
    List<String> path = ReadTables.path(node);
    if (node.child("at_clause").isPresent()) {
      throw unsupported(node, "a table as of a time", "");
    }
    String alias = node.string("alias");
    if (path.size() == 1) {
      Optional<CommonTables.Entry> cte = ctes.find(path.get(0));
      if (cte.isPresent()) {
        BoundQuery query =
            SelectBinder.withoutOrder(queries.query(cte.get().query(), null, cte.get().visible()));
        List<BoundColumn> columns = renamed(query.columns(), cte.get().columns(), node);
        columns = renamed(columns, node.strings("column_name_alias"), node);
        return Tables.of(Relation.of(alias.isEmpty() ? path.get(0) : alias, columns), query.plan());
      }
    }
    SourceTable source = queries.tables().resolve(path, node);
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

  private static List<BoundColumn> renamed(
      List<BoundColumn> columns, List<String> names, SyntaxNode node) {
    if (names.size() > columns.size()) {
      throw new SqlException(
          ProblemKind.WRONG_VALUE,
          node.offset(),
          "%d names are given, but there are %d columns".formatted(names.size(), columns.size()));
    }
    List<BoundColumn> renamed = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      String name = i < names.size() ? names.get(i) : columns.get(i).name();
      renamed.add(new BoundColumn(name, columns.get(i).column()));
    }
    return renamed;
  }

  private Tables subquery(SyntaxNode node, List<Relation> beside) {
    FromScope around = beside.isEmpty() ? outer : new FromScope(beside, outer);
    BoundQuery query =
        SelectBinder.withoutOrder(
            queries.query(node.required("subquery").required("node"), around, ctes));
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
    SyntaxNode rightNode = node.required("right");
    List<Relation> known = new ArrayList<>(beside);
    known.addAll(left.relations());
    if (rightNode.type().equals("TABLE_FUNCTION")) {
      return unnested(left, rightNode, node);
    }
    Tables right = bind(rightNode, known);
    String reference = node.string("ref_type");
    if (!reference.equals("REGULAR")
        && !reference.equals("CROSS")
        && !reference.equals("NATURAL")) {
      throw unsupported(node, reference.toLowerCase(Locale.ROOT) + " join", "");
    }
    List<String> using = new ArrayList<>(node.strings("using_columns"));
    if (reference.equals("NATURAL")) {
      using.addAll(common(left, right));
    }
    List<Relation> relations = new ArrayList<>(left.relations());
    relations.addAll(right.relations());
    FromScope scope = new FromScope(relations, outer);
    ExpressionBinder binder = new ExpressionBinder(queries, scope, ctes, null, null, "ON");
    List<Expr> conditions = new ArrayList<>();
    node.child("condition")
        .ifPresent(
            on ->
                SelectBinder.conjuncts(on).forEach(term -> conditions.add(binder.condition(term))));
    List<Merged> merged = new ArrayList<>();
    for (String name : using) {
      merged.add(merged(name, left, right, node));
      Merged last = merged.get(merged.size() - 1);
      queries.tables().mention(last.left());
      queries.tables().mention(last.right());
      conditions.add(binder.call("=", node, new Expr.Ref(last.left()), new Expr.Ref(last.right())));
    }
    return switch (node.string("join_type")) {
      case "INNER" -> inner(left, right, conditions, hiding(relations, merged, false));
      case "LEFT" ->
          kept(left, right, JoinKind.LEFT, conditions, hiding(relations, merged, false), node);
      case "RIGHT" ->
          kept(right, left, JoinKind.LEFT, conditions, hiding(relations, merged, true), node);
      case "OUTER", "FULL" -> full(left, right, conditions, merged, node);
      case "SEMI" -> kept(left, right, JoinKind.SEMI, conditions, left.relations(), node);
      case "ANTI" -> kept(left, right, JoinKind.ANTI, conditions, left.relations(), node);
      default ->
          throw unsupported(node, node.string("join_type").toLowerCase(Locale.ROOT) + " join", "");
    };
  }

  /** The two columns that USING joins by. */
  private record Merged(String name, PlanColumn left, PlanColumn right) {}

  private static Merged merged(String name, Tables left, Tables right, SyntaxNode node) {
    return new Merged(name, one(name, left, "left", node), one(name, right, "right", node));
  }

  private static PlanColumn one(String name, Tables side, String which, SyntaxNode node) {
    List<BoundColumn> found =
        side.relations().stream()
            .flatMap(r -> r.columns().stream().filter(c -> !r.hidden().contains(c.column())))
            .filter(column -> column.name().equalsIgnoreCase(name))
            .toList();
    if (found.size() != 1) {
      List<String> names =
          side.relations().stream()
              .flatMap(r -> r.columns().stream())
              .map(BoundColumn::name)
              .toList();
      throw new SqlException(
          found.isEmpty() ? ProblemKind.UNKNOWN_COLUMN : ProblemKind.AMBIGUOUS_COLUMN,
          node.offset(),
          found.isEmpty()
              ? "USING names '%s', which the %s side does not have%s"
                  .formatted(name, which, Suggestions.didYouMean(name, names))
              : "USING names '%s', which the %s side has more than once".formatted(name, which));
    }
    return found.get(0).column();
  }

  private static List<String> common(Tables left, Tables right) {
    Set<String> there = new HashSet<>();
    right.relations().stream()
        .flatMap(relation -> relation.columns().stream())
        .forEach(column -> there.add(column.name().toLowerCase(Locale.ROOT)));
    return left.relations().stream()
        .flatMap(relation -> relation.columns().stream())
        .map(BoundColumn::name)
        .filter(name -> there.contains(name.toLowerCase(Locale.ROOT)))
        .distinct()
        .toList();
  }

  private static List<Relation> hiding(
      List<Relation> relations, List<Merged> merged, boolean left) {
    Set<PlanColumn> hidden = new HashSet<>();
    merged.forEach(pair -> hidden.add(left ? pair.left() : pair.right()));
    return relations.stream().map(relation -> relation.hiding(hidden)).toList();
  }

  private static Tables inner(
      Tables left, Tables right, List<Expr> conditions, List<Relation> relations) {
    return new Tables(relations, left.joined().and(right.joined(), conditions));
  }

  private Tables kept(
      Tables left,
      Tables right,
      JoinKind kind,
      List<Expr> conditions,
      List<Relation> relations,
      SyntaxNode node) {
    Plan plan =
        JoinPlanner.join(left.plan(queries.ids()), right.plan(queries.ids()), kind, conditions);
    refuseLateral(plan, node);
    return new Tables(relations, InnerJoins.of(plan));
  }

  private static void refuseLateral(Plan join, SyntaxNode node) {
    Set<PlanColumn> left = new HashSet<>(join.inputs().get(0).columns());
    if (FreeColumns.of(join.inputs().get(1)).stream().anyMatch(left::contains)) {
      throw unsupported(
          node, "a lateral outer join", "; write it as a join on a condition, or with a comma");
    }
  }

  /** The left join, and the right rows without a match. */
  private Tables full(
      Tables left, Tables right, List<Expr> conditions, List<Merged> merged, SyntaxNode node) {
    Plan l = left.plan(queries.ids());
    Plan r = right.plan(queries.ids());
    Plan matched = JoinPlanner.join(l, r, JoinKind.LEFT, conditions);
    refuseLateral(matched, node);
    Plan alone = JoinPlanner.join(r, l, JoinKind.ANTI, conditions);
    List<Assignment> first = new ArrayList<>();
    List<Assignment> second = new ArrayList<>();
    List<PlanColumn> columns = new ArrayList<>();
    Map<PlanColumn, PlanColumn> now = new HashMap<>();
    Set<PlanColumn> rights = new HashSet<>(r.columns());
    for (PlanColumn column : matched.columns()) {
      PlanColumn fresh = queries.ids().next(column.label(), column.type());
      columns.add(fresh);
      now.put(column, fresh);
      queries.tables().same(fresh, column);
      first.add(assigned(column, new Expr.Ref(column)));
      second.add(
          assigned(
              column,
              rights.contains(column)
                  ? new Expr.Ref(column)
                  : new Expr.Constant(null, column.type())));
    }
    Plan both =
        new QueryPlan.Union(
            List.of(new Plan.Project(matched, first), new Plan.Project(alone, second)), columns);
    List<Relation> relations = new ArrayList<>();
    List<Relation> before = new ArrayList<>(left.relations());
    before.addAll(right.relations());
    Set<PlanColumn> hidden = new HashSet<>();
    List<Assignment> added = new ArrayList<>();
    List<BoundColumn> shared = new ArrayList<>();
    for (Merged pair : merged) {
      PlanColumn a = requireNonNull(now.get(pair.left()));
      PlanColumn b = requireNonNull(now.get(pair.right()));
      hidden.add(a);
      hidden.add(b);
      Expr value = Calls.of("coalesce", new Expr.Ref(a), new Expr.Ref(b));
      PlanColumn column = queries.ids().next(pair.name(), value.type());
      added.add(new Assignment(column, value));
      shared.add(new BoundColumn(pair.name(), column));
    }
    if (!shared.isEmpty()) {
      relations.add(Relation.of("", shared));
    }
    for (Relation relation : before) {
      Set<PlanColumn> passed = new HashSet<>(hidden);
      relation.hidden().forEach(column -> passed.add(requireNonNull(now.get(column))));
      relations.add(
          new Relation(
              relation.name(),
              relation.path(),
              relation.columns().stream()
                  .map(c -> new BoundColumn(c.name(), requireNonNull(now.get(c.column()))))
                  .toList(),
              passed));
    }
    Plan plan = added.isEmpty() ? both : new Plan.Extend(both, added);
    return new Tables(relations, InnerJoins.of(plan));
  }

  private Assignment assigned(PlanColumn like, Expr value) {
    return new Assignment(queries.ids().next(like.label(), like.type()), value);
  }

  /** {@code t, unnest(t.list) AS u(element)}: each row once for each element. */
  private Tables unnested(Tables left, SyntaxNode node, SyntaxNode join) {
    SyntaxNode function = node.required("function");
    String name = function.string("function_name").toLowerCase(Locale.ROOT);
    List<SyntaxNode> arguments = ExpressionBinder.arguments(function);
    if (!name.equals("unnest") || arguments.size() != 1) {
      throw unsupported(node, "the table function " + name, "; only unnest(list) is");
    }
    FromScope scope = new FromScope(left.relations(), outer);
    Expr list =
        new ExpressionBinder(queries, scope, ctes, null, null, "unnest").bind(arguments.get(0));
    if (!list.type().isListType()) {
      throw new SqlException(
          ProblemKind.WRONG_TYPE,
          arguments.get(0).offset(),
          "unnest needs a list; this is %s".formatted(list.type()));
    }
    boolean keepEmpty = join.string("join_type").equals("LEFT");
    PlanColumn ordinal = queries.ids().next("ordinality", Types.IntegerType.get());
    PlanColumn element = queries.ids().next("unnest", list.type().asListType().elementType());
    Plan plan = new Plan.Unnest(left.plan(queries.ids()), list, ordinal, element, keepEmpty);
    String alias = node.string("alias");
    List<String> names = node.strings("column_name_alias");
    String column = names.isEmpty() ? alias.isEmpty() ? "unnest" : alias : names.get(0);
    List<Relation> relations = new ArrayList<>(left.relations());
    relations.add(
        Relation.of(alias.isEmpty() ? "unnest" : alias, List.of(new BoundColumn(column, element))));
    return new Tables(relations, InnerJoins.of(plan));
  }
}
