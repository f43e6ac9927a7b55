package io.bergview.projection.route;

import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.AggregateCall;
import io.bergview.projection.plan.DefinitionVisitor;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Plan.JoinKey;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.iceberg.types.Type;

/**
 * Canonical expressions of a plan's columns, independent of column ids and names, for comparing
 * plans: each as an expression over columns of tables, a table being known by how it is reached
 * from the root. Two columns of two plans mean the same if their expressions are equal, where both
 * plans take their names from the same {@link Names}.
 */
final class CanonicalExpressions {
  /** Named expressions, each with the column that represents it. */
  static final class Names {
    private final Map<Object, PlanColumn> columns = new HashMap<>();

    /**
     * @param thing equal to every other with the same meaning
     */
    Expr of(Object thing, Type type) {
      List<Object> identity = List.of(thing, type);
      int id = columns.size() + 1;
      return new Expr.Ref(
          columns.computeIfAbsent(identity, unused -> new PlanColumn(id, "meaning", type)));
    }
  }

  private final Names names;
  private final UnaryOperator<TableName> qualified;
  private final Map<PlanColumn, Expr> meanings = new HashMap<>();
  private final List<Object> grain = new ArrayList<>();
  private final List<Pred> filters = new ArrayList<>();

  private CanonicalExpressions(Names names, UnaryOperator<TableName> qualified) {
    this.names = names;
    this.qualified = qualified;
  }

  /**
   * @param rows the rows that a view shows or groups
   * @param qualified gives the qualified name of each table
   */
  static CanonicalExpressions of(Plan rows, Names names, UnaryOperator<TableName> qualified) {
    CanonicalExpressions meaning = new CanonicalExpressions(names, qualified);
    TableName root = meaning.table(rows.root());
    meaning.grain.add(root);
    meaning.learn(rows, root, true);
    return meaning;
  }

  /** The root's table, and what its rows are spread by, outermost first. */
  List<Object> grain() {
    return grain;
  }

  /** What holds of every row: all of them, folded. */
  List<Pred> filters() {
    return filters;
  }

  Expr of(Expr value) {
    return ExprRewrite.of(
            value,
            part ->
                part instanceof Expr.Ref ref
                    ? Optional.of(meanings.computeIfAbsent(ref.column(), this::unlike))
                    : Optional.empty())
        .orElseThrow();
  }

  private Pred of(Pred predicate) {
    return ExprRewrite.of(
            predicate, part -> part instanceof Expr.Ref ? Optional.of(of(part)) : Optional.empty())
        .orElseThrow();
  }

  private List<Expr> of(List<Expr> values) {
    return values.stream().map(this::of).toList();
  }

  /** A column that means what no other does. */
  private Expr unlike(PlanColumn column) {
    return names.of(new Object(), column.type());
  }

  /** Groups of these rows: what their keys and aggregates mean. */
  void group(Plan.Aggregate aggregate) {
    aggregate.keys().forEach(key -> meanings.put(key.column(), of(key.value())));
    aggregate.calls().forEach(call -> meanings.put(call.column(), of(call)));
  }

  Expr of(AggregateCall call) {
    return of("aggregate", call);
  }

  private Expr of(Object over, AggregateCall call) {
    return names.of(
        List.of(over, call.kind(), of(call.argument()), of(call.orderBy())), call.column().type());
  }

  private void learn(Plan plan, Object at, boolean shown) {
    plan.accept(new Learning(at, shown));
  }

  /**
   * What an operator says about the meaning of columns. Columns without a meaning equal no others.
   */
  private final class Learning extends DefinitionVisitor<Plan> {
    private final Object at;
    private final boolean shown;

    /**
     * @param at the path to the table that the plan's rows are derived from
     * @param shown whether these are the rows that the view shows, not rows joined to them
     */
    Learning(Object at, boolean shown) {
      this.at = at;
      this.shown = shown;
    }

    @Override
    public Plan visit(Plan.Scan scan) {
      for (Plan.Scan.Read read : scan.reads()) {
        Type type = read.column().type();
        meanings.put(read.column(), names.of(List.of(at, read.fieldId()), type));
      }
      return scan;
    }

    @Override
    public Plan visit(Plan.LeftJoin join) {
      join.input().accept(this);
      learn(join.target(), reached("one", join.on(), join.target()), false);
      return join;
    }

    @Override
    public Plan visit(Plan.JoinToMany join) {
      join.input().accept(this);
      Object each = reached("each" + join.keepEmpty(), join.on(), join.children());
      learn(join.children(), each, false);
      spread(each, shown);
      return join;
    }

    @Override
    public Plan visit(Plan.NestedAggregate nested) {
      nested.input().accept(this);
      Object all = reached("all", nested.on(), nested.children());
      learn(nested.children(), all, false);
      nestedAggregate(nested, all);
      return nested;
    }

    @Override
    public Plan visit(Plan.AssignUniqueId assign) {
      assign.input().accept(this);
      return assign;
    }

    @Override
    public Plan visit(Plan.UnnestElements unnest) {
      // Elements are distinguished by the number of their row, which has no meaning.
      return unnest;
    }

    @Override
    public Plan visit(Plan.Unnest unnest) {
      unnest.input().accept(this);
      Object each = List.of("element" + unnest.keepEmpty(), of(unnest.list()));
      meanings.put(unnest.element(), names.of(each, unnest.element().type()));
      meanings.put(unnest.ordinal(), names.of(List.of("ordinal", each), unnest.ordinal().type()));
      spread(each, shown);
      return unnest;
    }

    @Override
    public Plan visit(Plan.Extend extend) {
      extend.input().accept(this);
      extend.added().forEach(added -> meanings.put(added.column(), of(added.value())));
      return extend;
    }

    @Override
    public Plan visit(Plan.Filter filter) {
      if (shown) {
        filter.input().accept(this);
        conjuncts(PredicateFolding.of(of(filter.predicate())));
      }
      return filter;
    }

    @Override
    public Plan visit(Plan.Aggregate aggregate) {
      // Groups that rows are joined with are not looked into.
      return aggregate;
    }

    @Override
    public Plan visit(Plan.Project project) {
      // Nor is what is projected of them.
      return project;
    }
  }

  private void spread(Object each, boolean shown) {
    if (shown) {
      grain.add(each);
    }
  }

  /** The order of lists without an explicit order depends on the other listed values. */
  private void nestedAggregate(Plan.NestedAggregate nested, Object all) {
    List<Expr> order = of(nested.orderBy());
    for (AggregateCall call : nested.calls()) {
      if (call.kind() != AggregateCall.AggregateFunction.LIST) {
        meanings.put(call.column(), of(List.of("of", all), call));
      } else if (!order.isEmpty()) {
        meanings.put(
            call.column(),
            names.of(List.of("list", all, of(call.argument()), order), call.column().type()));
      }
    }
  }

  private void conjuncts(Pred predicate) {
    if (predicate instanceof Pred.And and) {
      and.terms().forEach(this::conjuncts);
    } else {
      filters.add(predicate);
    }
  }

  private Object reached(String how, List<JoinKey> on, Plan to) {
    Plan.Scan target = to.root();
    Map<PlanColumn, Integer> ids = new HashMap<>();
    target.reads().forEach(read -> ids.put(read.column(), read.fieldId()));
    List<Object> keys = new ArrayList<>();
    for (JoinKey key : on) {
      boolean plain = key.other() instanceof Expr.Ref ref && ids.containsKey(ref.column());
      keys.add(
          List.of(
              of(key.input()), plain ? ids.get(((Expr.Ref) key.other()).column()) : new Object()));
    }
    return List.of(how, table(target), keys);
  }

  private TableName table(Plan.Scan scan) {
    return qualified.apply(scan.source().table());
  }
}
