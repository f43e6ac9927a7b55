package io.bergview.projection.resolve;

import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Predicate;
import java.util.ArrayList;
import java.util.List;

/** A filter taken apart. */
final class RootTerms {
  private RootTerms() {}

  /** What must all hold. */
  static List<Predicate> conjuncts(Predicate filter) {
    if (filter instanceof Predicate.And and) {
      return and.terms().stream().flatMap(term -> conjuncts(term).stream()).toList();
    }
    return List.of(filter);
  }

  /** Every path that a filter names. */
  static List<ColumnPath> paths(Predicate filter) {
    List<ColumnPath> paths = new ArrayList<>();
    collect(filter, paths);
    return paths;
  }

  private static void collect(Predicate filter, List<ColumnPath> paths) {
    if (filter instanceof Predicate.And and) {
      and.terms().forEach(term -> collect(term, paths));
    } else if (filter instanceof Predicate.Or or) {
      or.terms().forEach(term -> collect(term, paths));
    } else if (filter instanceof Predicate.Not not) {
      collect(not.term(), paths);
    } else if (filter instanceof Predicate.Compare compare) {
      paths.add(compare.path());
    } else if (filter instanceof Predicate.In in) {
      paths.add(in.path());
    } else if (filter instanceof Predicate.IsNull isNull) {
      paths.add(isNull.path());
    } else if (filter instanceof Predicate.StartsWith starts) {
      paths.add(starts.path());
    }
  }
}
