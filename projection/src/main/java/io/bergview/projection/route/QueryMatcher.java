package io.bergview.projection.route;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.QueryPlan;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.RollUp;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.plan.ViewColumns;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Answers a query, or the parts of it that a view covers, from the view's table. A query of the
 * view language is covered as a whole or not at all. Of a query in SQL every part is tried, the
 * largest first: a branch of a UNION, one side of a join, what a window or a LIMIT is over.
 */
public final class QueryMatcher {
  private final ResolvedView view;
  private final ViewColumns columns;
  private final UnaryOperator<TableName> qualified;
  private ViewMatch.@Nullable MatchKind way;
  private @Nullable String why;

  private QueryMatcher(ResolvedView view, ViewColumns columns, UnaryOperator<TableName> qualified) {
    this.view = view;
    this.columns = columns;
    this.qualified = qualified;
  }

  /**
   * @param stored the view's table, with its hidden column
   * @param qualified gives the qualified name of each table
   */
  public static ViewMatch of(
      ResolvedView query,
      ResolvedView view,
      SourceTable stored,
      UnaryOperator<TableName> qualified) {
    QueryMatcher matcher =
        new QueryMatcher(view, new ViewColumns(stored, query), requireNonNull(qualified));
    Plan plan =
        query.definition().query().isPresent()
            ? matcher.ordered(query.plan())
            : matcher.whole(query.plan()).orElse(query.plan());
    return matcher.way == null
        ? new ViewMatch.NotMatched(requireNonNull(matcher.why))
        : new ViewMatch.Matched(plan, matcher.way);
  }

  /** The first way is that of the answer's largest part, the first reason that of the whole. */
  private Optional<Plan> whole(Plan plan) {
    if (plan.operators().anyMatch(RollUp.class::isInstance)) {
      why = why == null ? ViewMatcher.OTHER_TABLE : why;
      return Optional.empty();
    }
    ViewMatch match = ViewMatcher.of(plan, view.plan(), columns, qualified);
    if (match instanceof ViewMatch.NotMatched lacks) {
      why = why == null || isMoreOf(lacks.why(), why) ? lacks.why() : why;
      return Optional.empty();
    }
    ViewMatch.Matched covers = (ViewMatch.Matched) match;
    way = way == null ? covers.way() : way;
    return Optional.of(covers.plan());
  }

  /** A reason that a part of the same table gives says more. */
  private static boolean isMoreOf(String one, String other) {
    return other.equals(ViewMatcher.OTHER_TABLE) && !one.equals(other);
  }

  /**
   * The rows of the view's table have no order, so that what the query says of its result's order
   * is kept above them. A LIMIT of the view that is the query's has to keep what it orders by.
   */
  private Plan ordered(Plan plan) {
    if (plan instanceof QueryPlan.Limit limit && !limit.orderBy().isEmpty()) {
      boolean cuts = limit.rows().isPresent() || limit.skipped() > 0;
      Optional<Plan> same = cuts ? whole(limit) : Optional.empty();
      return same.<Plan>map(
              rows -> new QueryPlan.Limit(rows, limit.orderBy(), OptionalLong.empty(), 0))
          .orElseGet(() -> limit.over(parts(limit.input())));
    }
    return plan instanceof Plan.Project project && isOrdered(project.input())
        ? project.over(ordered(project.input()))
        : parts(plan);
  }

  private static boolean isOrdered(Plan plan) {
    return plan instanceof QueryPlan.Limit limit && !limit.orderBy().isEmpty()
        || plan instanceof Plan.Project project && isOrdered(project.input());
  }

  /** Groups that another view's were merged to are answered. */
  private Plan parts(Plan plan) {
    return plan instanceof RollUp ? plan : whole(plan).orElseGet(() -> plan.mapInputs(this::parts));
  }
}
