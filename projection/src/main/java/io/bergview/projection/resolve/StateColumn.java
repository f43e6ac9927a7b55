package io.bergview.projection.resolve;

import io.bergview.projection.plan.ColumnIds;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan.Assignment;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Builds the hidden column {@code _state}: {@code struct<rows: long, key: struct<...>, of:
 * struct<output: struct<...>>>}, each part only where the visible columns do not say it already.
 */
final class StateColumn {
  private Optional<Expr> rows = Optional.empty();
  private final Map<String, Expr> key = new LinkedHashMap<>();
  private final Map<String, Map<String, Expr>> of = new LinkedHashMap<>();

  void rows(Expr count) {
    rows = Optional.of(count);
  }

  void key(String name, Expr value) {
    key.put(name, value);
  }

  void of(String output, Map<String, Expr> state) {
    if (!state.isEmpty()) {
      of.put(output, state);
    }
  }

  /** The columns that it keeps as they are. */
  Set<PlanColumn> kept() {
    Set<PlanColumn> kept = new HashSet<>();
    rows.ifPresent(count -> kept.addAll(kept(count)));
    of.values().forEach(parts -> parts.values().forEach(value -> kept.addAll(kept(value))));
    return kept;
  }

  /** The columns that can be taken out of a value again. */
  static Set<PlanColumn> kept(Expr value) {
    Set<PlanColumn> kept = new HashSet<>();
    if (value instanceof Expr.Ref ref) {
      kept.add(ref.column());
    } else if (value instanceof Expr.Cast cast
        && cast.isExact()
        && cast.value() instanceof Expr.Ref ref) {
      kept.add(ref.column());
    } else if (value instanceof Expr.Pack pack) {
      pack.values().forEach(part -> kept.addAll(kept(part)));
    }
    return kept;
  }

  /** The column, over the same input as the visible ones; empty if no state is needed. */
  Optional<Assignment> assignment(ColumnIds ids) {
    Map<String, Expr> parts = new LinkedHashMap<>();
    rows.ifPresent(count -> parts.put("rows", count));
    if (!key.isEmpty()) {
      parts.put("key", pack(key));
    }
    if (!of.isEmpty()) {
      Map<String, Expr> packed = new LinkedHashMap<>();
      of.forEach((output, state) -> packed.put(output, pack(state)));
      parts.put("of", pack(packed));
    }
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    Expr state = pack(parts);
    return Optional.of(new Assignment(ids.next(ResolvedView.STATE, state.type()), state));
  }

  private static Expr pack(Map<String, Expr> values) {
    List<Type> types = new ArrayList<>();
    values.values().forEach(value -> types.add(value.type()));
    Types.StructType type = TypeShapes.structOf(List.copyOf(values.keySet()), types);
    return new Expr.Pack(List.copyOf(values.values()), type);
  }
}
