package io.bergview.spark.sql;

import java.util.List;
import java.util.Optional;
import org.apache.iceberg.types.Type;

/** The DuckDB form of a function, as a tree. */
sealed interface Form {
  /** {@code {0}}: an argument of the function. */
  record Place(int number) implements Form {}

  /** {@code {*}}: all arguments. */
  record Places() implements Form {}

  /** {@code 'text'}. */
  record Text(String value) implements Form {}

  /** {@code 1}, {@code 0.5}, {@code 1e15}. */
  record Number(String digits) implements Form {}

  /** {@code TRUE}, {@code FALSE}. */
  record Truth(boolean value) implements Form {}

  record Null() implements Form {}

  /** A parameter of a lambda. */
  record Name(String name) implements Form {}

  /** {@code name := value}, or a value without a name. */
  record Argument(Optional<String> name, Form value) {}

  /** {@code value DESC NULLS LAST}. */
  record Order(Form value, boolean descending, boolean nullsFirst) {}

  /**
   * {@code name(DISTINCT arguments ORDER BY orderBy IGNORE NULLS) FILTER (WHERE filter)}.
   *
   * @param name in lower case
   */
  record Call(
      String name,
      boolean distinct,
      List<Argument> arguments,
      List<Order> orderBy,
      boolean ignoreNulls,
      Optional<Form> filter)
      implements Form {
    public Call {
      arguments = List.copyOf(arguments);
      orderBy = List.copyOf(orderBy);
    }
  }

  /**
   * @param operator {@code NOT}, {@code -}, {@code ~}
   */
  record Unary(String operator, Form value) implements Form {}

  /**
   * @param operator {@code AND}, {@code <=}, {@code ||}, {@code IS DISTINCT FROM}
   */
  record Binary(String operator, Form left, Form right) implements Form {}

  /** {@code value IS NOT NULL}. */
  record IsNull(Form value, boolean negated) implements Form {}

  /** {@code text NOT ILIKE pattern ESCAPE escape}. */
  record Like(Form text, Form pattern, Optional<Form> escape, boolean anyCase, boolean negated)
      implements Form {}

  /** {@code value BETWEEN low AND high}. */
  record Between(Form value, Form low, Form high) implements Form {}

  /** {@code value IN (values)}. */
  record In(Form value, List<Form> values) implements Form {
    public In {
      values = List.copyOf(values);
    }
  }

  record When(Form test, Form then) {}

  /** {@code CASE WHEN test THEN then ELSE otherwise END}. */
  record Case(List<When> whens, Optional<Form> otherwise) implements Form {
    public Case {
      whens = List.copyOf(whens);
    }
  }

  /** {@code TRY_CAST(value AS type)}. */
  record Cast(Form value, Type type, boolean tried) implements Form {}

  /** {@code [1, 2]}. */
  record ListOf(List<Form> elements) implements Form {
    public ListOf {
      elements = List.copyOf(elements);
    }
  }

  /** {@code lambda x, y: body}. */
  record Lambda(List<String> names, Form body) implements Form {
    public Lambda {
      names = List.copyOf(names);
    }
  }

  /** {@code struct.field}. */
  record Member(Form struct, String field) implements Form {}
}
