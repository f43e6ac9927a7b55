package io.bergview.projection.route;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ExprRewrite;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Type;

/**
 * Names of meanings. Two columns of two plans hold the same values if they have the same name here,
 * which depends neither on their ids nor on their labels.
 */
final class CanonicalNames {
  private final Map<List<Object>, PlanColumn> columns = new HashMap<>();
  private final Map<PlanColumn, List<Object>> meanings = new HashMap<>();

  /**
   * @param meaning equal to every other with the same meaning; of expressions, predicates, strings,
   *     numbers, {@link Occurrence}s, lists and sets of them
   */
  Expr of(Object meaning, Type type) {
    List<Object> key = List.of(meaning, type);
    PlanColumn column = columns.get(key);
    if (column == null) {
      column = new PlanColumn(columns.size() + 1, "meaning", type);
      columns.put(key, column);
      meanings.put(column, key);
    }
    return new Expr.Ref(column);
  }

  /** What a name stands for. */
  Object meaning(PlanColumn name) {
    return requireNonNull(meanings.get(name)).get(0);
  }

  /** The names that values of an occurrence have, each with what of it the value is. */
  Map<PlanColumn, Object> ofOccurrence(Occurrence occurrence) {
    Map<PlanColumn, Object> values = new HashMap<>();
    meanings.forEach(
        (name, key) -> {
          if (key.get(0) instanceof List<?> parts
              && parts.size() == 2
              && parts.get(0).equals(occurrence)) {
            values.put(name, parts.get(1));
          }
        });
    return values;
  }

  /**
   * One of the relations that rows are made of, told apart from others that are alike.
   *
   * @param depth 0 for the rows that are compared, more for those that are only looked up for them
   * @param relation what it is
   * @param number from 1, of those that are alike
   */
  record Occurrence(int depth, Object relation, int number) {
    Occurrence {
      requireNonNull(relation, "relation is null");
    }
  }

  /** Replaces names, also within the meanings of other names. */
  final class Renaming {
    private final Map<PlanColumn, Expr> by;
    private final Map<PlanColumn, Expr> done = new HashMap<>();

    Renaming(Map<PlanColumn, Expr> by) {
      this.by = Map.copyOf(by);
    }

    Expr of(Expr value) {
      return ExprRewrite.of(
              value,
              part -> part instanceof Expr.Ref ref ? Optional.of(name(ref)) : Optional.empty())
          .orElseThrow();
    }

    Pred of(Pred predicate) {
      return predicate.mapOperands(this::of);
    }

    private Expr name(Expr.Ref ref) {
      Expr known = by.get(ref.column());
      if (known == null) {
        known = done.get(ref.column());
      }
      if (known == null) {
        Object meaning = meaning(ref.column());
        Object other = any(meaning);
        known = other.equals(meaning) ? ref : CanonicalNames.this.of(other, ref.type());
        done.put(ref.column(), known);
      }
      return known;
    }

    /** A meaning, or a part of one. */
    Object any(Object part) {
      if (part instanceof Expr value) {
        return of(value);
      } else if (part instanceof Pred predicate) {
        return of(predicate);
      } else if (part instanceof Occurrence one) {
        return new Occurrence(one.depth(), any(one.relation()), one.number());
      } else if (part instanceof List<?> parts) {
        List<Object> others = new ArrayList<>();
        parts.forEach(each -> others.add(any(each)));
        return List.copyOf(others);
      } else if (part instanceof Set<?> parts) {
        Set<Object> others = new LinkedHashSet<>();
        parts.forEach(each -> others.add(any(each)));
        return Set.copyOf(others);
      }
      return part;
    }
  }
}
