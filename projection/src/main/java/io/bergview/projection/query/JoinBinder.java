package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;
import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.QueryPlan.JoinKind;
import io.bergview.projection.query.FromBinder.Tables;
import io.bergview.projection.query.FromScope.Relation;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Binds one join of FROM, whose sides are bound. */
final class JoinBinder {
  private final QueryBinder queries;
  private final @Nullable FromScope outer;
  private final CommonTables ctes;
  private final SyntaxNode node;
  private final Tables left;
  private final Tables right;

  /**
   * @param node the join
   * @param right it may name columns of the left side
   */
  JoinBinder(
      QueryBinder queries,
      @Nullable FromScope outer,
      CommonTables ctes,
      SyntaxNode node,
      Tables left,
      Tables right) {
    this.queries = queries;
    this.outer = outer;
    this.ctes = ctes;
    this.node = node;
    this.left = left;
    this.right = right;
  }

  /** What ON and USING say. */
  private record On(List<Expr> conditions, OnSubqueries subqueries, List<Merged> merged) {
    On {
      conditions = List.copyOf(conditions);
      merged = List.copyOf(merged);
    }
  }

  /** The two columns that USING joins by. */
  private record Merged(String name, PlanColumn left, PlanColumn right) {}

  Tables bind() {
    String reference = node.string("ref_type");
    if (reference.equals("POSITIONAL")) {
      throw unsupported(
          node,
          "a positional join",
          ", since rows of tables have no order; join on a column, or on row_number() OVER (...)");
    }
    if (!reference.equals("REGULAR")
        && !reference.equals("CROSS")
        && !reference.equals("ASOF")
        && !reference.equals("NATURAL")) {
      throw unsupported(node, reference.toLowerCase(Locale.ROOT) + " join", "");
    }
    List<Relation> relations = relations();
    On on = on(relations, reference.equals("NATURAL"));
    String kind = node.string("join_type");
    if (reference.equals("ASOF")) {
      return asof(kind, on, hiding(relations, on.merged(), false));
    }
    return switch (kind) {
      case "INNER" -> inner(on, hiding(relations, on.merged(), false));
      case "LEFT" -> kept(JoinKind.LEFT, on, hiding(relations, on.merged(), false));
      case "RIGHT" -> right(on, hiding(relations, on.merged(), true));
      case "OUTER", "FULL" -> full(on);
      case "SEMI" -> kept(JoinKind.SEMI, on, left.relations());
      case "ANTI" -> kept(JoinKind.ANTI, on, left.relations());
      default -> throw unsupported(node, kind.toLowerCase(Locale.ROOT) + " join", "");
    };
  }

  private List<Relation> relations() {
    List<Relation> relations = new ArrayList<>(left.relations());
    relations.addAll(right.relations());
    return relations;
  }

  private On on(List<Relation> relations, boolean natural) {
    FromScope scope = new FromScope(relations, outer);
    ExpressionBinder binder = new ExpressionBinder(queries, scope, ctes, null, null, "ON");
    List<Expr> conditions = new ArrayList<>();
    List<SyntaxNode> later = new ArrayList<>();
    node.child("condition")
        .ifPresent(
            on -> {
              for (SyntaxNode term : SelectBinder.conjuncts(on)) {
                if (SelectBinder.hasSubquery(term)) {
                  later.add(term);
                } else {
                  conditions.add(binder.condition(term));
                }
              }
            });
    List<String> using = new ArrayList<>(node.strings("using_columns"));
    if (natural) {
      using.addAll(common(left, right));
    }
    List<Merged> merged = new ArrayList<>();
    for (String name : using) {
      Merged pair = new Merged(name, one(name, left, "left"), one(name, right, "right"));
      merged.add(pair);
      queries.tables().mention(pair.left());
      queries.tables().mention(pair.right());
      boolean nearest = node.string("ref_type").equals("ASOF") && merged.size() == using.size();
      String operator = nearest ? ">=" : "=";
      conditions.add(
          binder.call(operator, node, new Expr.Ref(pair.left()), new Expr.Ref(pair.right())));
    }
    return new On(conditions, new OnSubqueries(queries, scope, ctes, later), merged);
  }

  private PlanColumn one(String name, Tables side, String which) {
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

  private Tables inner(On on, List<Relation> relations) {
    InnerJoins joined = left.joined().and(right.joined(), on.conditions());
    if (on.subqueries().isEmpty()) {
      return new Tables(relations, joined);
    }
    Plan pairs = JoinPlanner.plan(joined, List.of(), queries.ids());
    return new Tables(relations, InnerJoins.of(on.subqueries().filtered(pairs)));
  }

  /** A join that keeps left rows, with or without a match; the right side may name them. */
  private Tables kept(JoinKind kind, On on, List<Relation> relations) {
    Plan rows = left.plan(queries.ids());
    Plan others = right.plan(queries.ids());
    if (names(others, rows)) {
      if (!on.subqueries().isEmpty()) {
        throw unsupported(
            node,
            "a subquery in ON of a join with LATERAL",
            "; put its condition into WHERE of the lateral subquery");
      }
      return new Tables(
          relations,
          InnerJoins.of(
              new Decorrelation(rows, others, queries.ids()).join(kind, on.conditions())));
    }
    OnSubqueries.Sides sides = on.subqueries().sides(rows, others, on.conditions());
    return new Tables(
        relations,
        InnerJoins.of(JoinPlanner.join(sides.left(), sides.right(), kind, sides.conditions())));
  }

  private Tables asof(String kind, On on, List<Relation> relations) {
    if (!kind.equals("INNER") && !kind.equals("LEFT")) {
      throw unsupported(
          node,
          "an ASOF " + kind + " JOIN",
          "; the left side has the rows for which the nearest are found");
    }
    refuseLateral("ASOF", "; write a LATERAL subquery with ORDER BY and LIMIT 1");
    if (!on.subqueries().isEmpty()) {
      throw unsupported(node, "a subquery in ON of an ASOF join", "; compute it in FROM");
    }
    Plan joined =
        AsofJoin.of(
            left.plan(queries.ids()),
            right.plan(queries.ids()),
            kind.equals("LEFT") ? JoinKind.LEFT : JoinKind.INNER,
            on.conditions(),
            queries.ids(),
            node);
    return new Tables(relations, InnerJoins.of(joined));
  }

  private Tables right(On on, List<Relation> relations) {
    refuseLateral("RIGHT", "; exchange the two sides and write LEFT JOIN");
    OnSubqueries.Sides sides =
        on.subqueries().sides(right.plan(queries.ids()), left.plan(queries.ids()), on.conditions());
    return new Tables(
        relations,
        InnerJoins.of(
            JoinPlanner.join(sides.left(), sides.right(), JoinKind.LEFT, sides.conditions())));
  }

  private void refuseLateral(String kind, String instead) {
    if (names(right.plan(queries.ids()), left.plan(queries.ids()))) {
      throw unsupported(
          node,
          (kind.equals("ASOF") ? "an " : "a ")
              + kind
              + " JOIN whose right side names columns of its left side",
          instead);
    }
  }

  private static boolean names(Plan plan, Plan rows) {
    Set<PlanColumn> columns = new HashSet<>(rows.columns());
    return FreeColumns.of(plan).stream().anyMatch(columns::contains);
  }

  /** The left join, and the right rows without a match. */
  private Tables full(On on) {
    refuseLateral("FULL", "; write a LEFT JOIN, and UNION ALL the rows that it leaves out");
    Plan l = left.plan(queries.ids());
    Plan r = right.plan(queries.ids());
    OnSubqueries.Full sides = on.subqueries().full(l, r, on.conditions());
    Plan matched =
        JoinPlanner.join(
            sides.kept().left(), sides.kept().right(), JoinKind.LEFT, sides.kept().conditions());
    Plan alone =
        JoinPlanner.join(
            sides.alone().left(), sides.alone().right(), JoinKind.ANTI, sides.alone().conditions());
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
    for (Merged pair : on.merged()) {
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
}
