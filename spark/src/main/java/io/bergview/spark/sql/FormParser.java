package io.bergview.spark.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Reads the DuckDB form of a function, which is a small part of DuckDB's SQL. */
final class FormParser {
  private static final Set<String> COMPARISONS = Set.of("=", "<", "<=", ">", ">=", "<>", "!=");
  private static final Set<String> OTHERS = Set.of("||", "&", "|", "<<", ">>", "^");

  private final FormTokens tokens;

  private FormParser(FormTokens tokens) {
    this.tokens = tokens;
  }

  static Form parse(String form) {
    FormTokens tokens = new FormTokens(form);
    Form read = new FormParser(tokens).value();
    if (!tokens.peek().isEmpty()) {
      throw tokens.error("its end");
    }
    return read;
  }

  private Form value() {
    if (tokens.take("lambda")) {
      return lambda();
    }
    Form left = conjunction();
    while (tokens.take("OR")) {
      left = new Form.Binary("OR", left, conjunction());
    }
    return left;
  }

  private Form lambda() {
    List<String> names = new ArrayList<>();
    do {
      names.add(tokens.name());
    } while (tokens.take(","));
    tokens.expect(":");
    return new Form.Lambda(names, value());
  }

  private Form conjunction() {
    Form left = negation();
    while (tokens.take("AND")) {
      left = new Form.Binary("AND", left, negation());
    }
    return left;
  }

  private Form negation() {
    return tokens.take("NOT") ? new Form.Unary("NOT", negation()) : comparison();
  }

  private Form comparison() {
    Form left = joined();
    while (true) {
      if (COMPARISONS.contains(tokens.peek())) {
        left = new Form.Binary(tokens.next(), left, joined());
      } else if (tokens.take("IS")) {
        left = test(left);
      } else if (tokens.take("BETWEEN")) {
        Form low = joined();
        tokens.expect("AND");
        left = new Form.Between(left, low, joined());
      } else if (tokens.take("IN")) {
        left = new Form.In(left, in());
      } else if (tokens.take("NOT", "IN")) {
        left = new Form.Unary("NOT", new Form.In(left, in()));
      } else if (isLike()) {
        left = like(left);
      } else {
        return left;
      }
    }
  }

  private Form test(Form value) {
    boolean negated = tokens.take("NOT");
    if (tokens.take("NULL")) {
      return new Form.IsNull(value, negated);
    }
    boolean truth = tokens.take("TRUE");
    if (truth || tokens.take("FALSE")) {
      return new Form.Binary(
          negated ? "IS DISTINCT FROM" : "IS NOT DISTINCT FROM", value, new Form.Truth(truth));
    }
    tokens.expect("DISTINCT");
    tokens.expect("FROM");
    return new Form.Binary(negated ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM", value, joined());
  }

  private List<Form> in() {
    tokens.expect("(");
    List<Form> values = values(")");
    return values;
  }

  private boolean isLike() {
    int at = tokens.peek().equalsIgnoreCase("NOT") ? 1 : 0;
    String word = tokens.peek(at).toUpperCase(Locale.ROOT);
    return word.equals("LIKE") || word.equals("ILIKE");
  }

  private Form like(Form text) {
    boolean negated = tokens.take("NOT");
    boolean anyCase = tokens.next().equalsIgnoreCase("ILIKE");
    Form pattern = joined();
    Optional<Form> escape = tokens.take("ESCAPE") ? Optional.of(joined()) : Optional.empty();
    return new Form.Like(text, pattern, escape, anyCase, negated);
  }

  private Form joined() {
    Form left = sum();
    while (OTHERS.contains(tokens.peek())) {
      left = new Form.Binary(tokens.next(), left, sum());
    }
    return left;
  }

  private Form sum() {
    Form left = product();
    while (tokens.peek().equals("+") || tokens.peek().equals("-")) {
      left = new Form.Binary(tokens.next(), left, product());
    }
    return left;
  }

  private Form product() {
    Form left = signed();
    while (Set.of("*", "/", "//", "%").contains(tokens.peek())) {
      left = new Form.Binary(tokens.next(), left, signed());
    }
    return left;
  }

  private Form signed() {
    return tokens.peek().equals("-") || tokens.peek().equals("~")
        ? new Form.Unary(tokens.next(), signed())
        : postfix();
  }

  private Form postfix() {
    Form value = primary();
    while (true) {
      if (tokens.take(".")) {
        value = new Form.Member(value, tokens.name());
      } else if (tokens.take("[")) {
        value = call("list_extract", value, value());
        tokens.expect("]");
      } else {
        return value;
      }
    }
  }

  private Form primary() {
    String token = tokens.peek();
    if (token.startsWith("{")) {
      String which = tokens.next();
      return which.equals("{*}")
          ? new Form.Places()
          : new Form.Place(Integer.parseInt(which.substring(1, which.length() - 1)));
    }
    if (token.startsWith("'")) {
      return new Form.Text(text());
    }
    if (!token.isEmpty() && Character.isDigit(token.charAt(0))) {
      return new Form.Number(tokens.next());
    }
    if (tokens.take("(")) {
      Form inner = value();
      tokens.expect(")");
      return inner;
    }
    if (tokens.take("[")) {
      return new Form.ListOf(values("]"));
    }
    return word();
  }

  private Form word() {
    if (tokens.take("CASE")) {
      return cases();
    }
    if (tokens.take("TRUE")) {
      return new Form.Truth(true);
    }
    if (tokens.take("FALSE")) {
      return new Form.Truth(false);
    }
    if (tokens.take("NULL")) {
      return new Form.Null();
    }
    boolean tried = tokens.take("TRY_CAST", "(");
    if (tried || tokens.take("CAST", "(")) {
      return cast(tried);
    }
    if (tokens.peek(1).startsWith("'")) {
      return literal();
    }
    String name = tokens.name();
    return tokens.take("(") ? called(name.toLowerCase(Locale.ROOT)) : new Form.Name(name);
  }

  private Form literal() {
    Type type = FormTypes.read(tokens);
    return new Form.Cast(new Form.Text(text()), type, false);
  }

  private String text() {
    String token = tokens.next();
    return token.substring(1, token.length() - 1).replace("''", "'");
  }

  private Form cast(boolean tried) {
    Form value = value();
    tokens.expect("AS");
    Type type = FormTypes.read(tokens);
    tokens.expect(")");
    return new Form.Cast(value, type, tried);
  }

  private Form cases() {
    List<Form.When> whens = new ArrayList<>();
    while (tokens.take("WHEN")) {
      Form test = value();
      tokens.expect("THEN");
      whens.add(new Form.When(test, value()));
    }
    Optional<Form> otherwise = tokens.take("ELSE") ? Optional.of(value()) : Optional.empty();
    tokens.expect("END");
    return new Form.Case(whens, otherwise);
  }

  private Form called(String name) {
    boolean distinct = tokens.take("DISTINCT");
    List<Form.Argument> arguments = new ArrayList<>();
    List<Form.Order> orderBy = new ArrayList<>();
    if (!tokens.take("*") && !isEnd()) {
      do {
        arguments.add(argument());
      } while (tokens.take(","));
    }
    if (tokens.take("ORDER", "BY")) {
      do {
        orderBy.add(order());
      } while (tokens.take(","));
    }
    boolean ignoreNulls = tokens.take("IGNORE", "NULLS");
    tokens.expect(")");
    Optional<Form> filter = Optional.empty();
    if (tokens.take("FILTER", "(", "WHERE")) {
      filter = Optional.of(value());
      tokens.expect(")");
    }
    return new Form.Call(name, distinct, arguments, orderBy, ignoreNulls, filter);
  }

  private boolean isEnd() {
    return Set.of(")", "ORDER", "IGNORE").contains(tokens.peek().toUpperCase(Locale.ROOT));
  }

  private Form.Argument argument() {
    if (!tokens.peek(1).equals(":=")) {
      return new Form.Argument(Optional.empty(), value());
    }
    String name = tokens.name();
    tokens.expect(":=");
    return new Form.Argument(Optional.of(name), value());
  }

  /** As in DuckDB, ascending and NULLs last where nothing is said. */
  private Form.Order order() {
    Form value = value();
    boolean descending = tokens.take("DESC");
    if (!descending) {
      tokens.take("ASC");
    }
    boolean nullsFirst = tokens.take("NULLS", "FIRST");
    if (!nullsFirst) {
      tokens.take("NULLS", "LAST");
    }
    return new Form.Order(value, descending, nullsFirst);
  }

  private List<Form> values(String end) {
    List<Form> values = new ArrayList<>();
    if (!tokens.peek().equals(end)) {
      do {
        values.add(value());
      } while (tokens.take(","));
    }
    tokens.expect(end);
    return values;
  }

  static Form.Call call(String name, Form... arguments) {
    List<Form.Argument> all = new ArrayList<>();
    for (Form argument : arguments) {
      all.add(new Form.Argument(Optional.empty(), argument));
    }
    return new Form.Call(name, false, all, List.of(), false, Optional.empty());
  }

  /** The type of {@code 1}, {@code 0.5} and {@code 1e15}. */
  static Type typeOf(Form.Number number) {
    String digits = number.digits();
    if (digits.matches("\\d+")) {
      return digits.length() < 10 ? Types.IntegerType.get() : Types.LongType.get();
    }
    int point = digits.indexOf('.');
    return digits.matches(".*[eE].*")
        ? Types.DoubleType.get()
        : Types.DecimalType.of(Math.max(digits.length() - 1, 1), digits.length() - point - 1);
  }
}
