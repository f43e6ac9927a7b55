package io.bergview.projection.resolve;

import io.bergview.projection.definition.Predicate;
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
}
