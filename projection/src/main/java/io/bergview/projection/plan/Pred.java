package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.Predicate.Operator;
import java.util.List;

/** A typed two-valued predicate: never null. */
public sealed interface Pred {
  /** All of them; of none, true. */
  record And(List<Pred> terms) implements Pred {
    public And {
      terms = List.copyOf(terms);
    }
  }

  /** Any of them; of none, false. */
  record Or(List<Pred> terms) implements Pred {
    public Or {
      terms = List.copyOf(terms);
    }
  }

  /** True exactly where the term is false. */
  record Not(Pred term) implements Pred {
    public Not {
      requireNonNull(term, "term is null");
    }
  }

  /** False where the value is null; ordered comparisons are false where either side is NaN. */
  record Compare(Expr value, Operator operator, Expr.Constant constant) implements Pred {
    public Compare {
      requireNonNull(value, "value is null");
      requireNonNull(operator, "operator is null");
      requireNonNull(constant, "constant is null");
    }
  }

  /** Equal to one of the constants, none of which is null. */
  record In(Expr value, List<Expr.Constant> constants) implements Pred {
    public In {
      requireNonNull(value, "value is null");
      constants = List.copyOf(constants);
    }
  }

  /** The value is null. */
  record IsNull(Expr value) implements Pred {
    public IsNull {
      requireNonNull(value, "value is null");
    }
  }

  /** A string begins with the prefix; false where it is null. */
  record StartsWith(Expr value, String prefix) implements Pred {
    public StartsWith {
      requireNonNull(value, "value is null");
      requireNonNull(prefix, "prefix is null");
    }
  }
}
