package io.bergview.projection.route;

import io.bergview.projection.plan.DeltaPlan.Match;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.route.CanonicalNames.Occurrence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A query's rows, where a table is joined that a view looks up for each of its rows: then the rows
 * are those of the view for which something is found.
 */
final class JoinsAsLookUps {
  private final CanonicalRows rows;
  private final CanonicalNames names;

  private JoinsAsLookUps(CanonicalRows rows) {
    this.rows = rows;
    this.names = rows.names();
  }

  /**
   * @param looked the relations of which the view's rows have one row at most
   */
  static CanonicalRows of(CanonicalRows query, Set<Object> looked) {
    CanonicalRows rows = query;
    // What is looked up by a column of another needs that one first.
    for (int i = 0; i < looked.size(); i++) {
      for (Object relation : looked) {
        rows = new JoinsAsLookUps(rows).lookingUp((Occurrence) relation).orElse(rows);
      }
    }
    return rows;
  }

  private Optional<CanonicalRows> lookingUp(Occurrence looked) {
    if (!(looked.relation() instanceof List<?> parts)
        || !RowLearning.isPlainLookUp(parts)
        || rows.toOne().contains(looked)) {
      return Optional.empty();
    }
    Occurrence there = (Occurrence) ((Set<?>) parts.get(1)).iterator().next();
    for (Object made : rows.grain()) {
      Occurrence joined = (Occurrence) made;
      if (joined.relation().equals(there.relation()) && rows.grain().size() > 1) {
        Map<PlanColumn, Expr> by = new HashMap<>();
        names
            .ofOccurrence(joined)
            .forEach(
                (name, value) -> {
                  Expr inner = names.of(List.of(there, value), name.type());
                  by.put(name, names.of(List.of(looked, inner), name.type()));
                });
        CanonicalRows other = rows.renamed(by);
        if (isJoinedBy(other, looked, parts)) {
          other.lookUp(joined, looked);
          found(other, looked, parts);
          return Optional.of(other);
        }
      }
    }
    return Optional.empty();
  }

  /** Whether the filters have all equalities by which a relation is looked up. */
  private boolean isJoinedBy(CanonicalRows other, Occurrence looked, List<?> parts) {
    Set<?> on = (Set<?>) parts.get(3);
    return !on.isEmpty() && on.stream().allMatch(key -> other.filters().contains(key(looked, key)));
  }

  private Pred key(Occurrence looked, Object key) {
    List<?> sides = (List<?>) key;
    Expr other = (Expr) sides.get(1);
    Expr value = names.of(List.of(looked, other), other.type());
    return Equalities.of((Expr) sides.get(0), value, Match.EQUAL);
  }

  /** Instead of the equalities: something is found. */
  private void found(CanonicalRows other, Occurrence looked, List<?> parts) {
    for (Object key : (Set<?>) parts.get(3)) {
      other.filters().remove(key(looked, key));
      Expr found = (Expr) ((List<?>) key).get(1);
      other.filter(Equalities.notNull(names.of(List.of(looked, found), found.type())));
    }
  }
}
