package io.bergview.projection.yaml;

import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Predicate;
import io.bergview.projection.definition.SqlExpression;
import io.bergview.projection.syntax.SyntaxNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Conditions of SQL as filters: comparisons with constants where those mean the same, one {@code
 * $expr} for the rest.
 *
 * @param types the type of a column by its path; null where it is not known
 * @param at where the filter stands: {@code $filter}
 */
record Conditions(Function<List<String>, Optional<Type>> types, String at) {
  private static final Map<String, Predicate.Operator> OPERATORS =
      Map.of(
          "COMPARE_EQUAL", Predicate.Operator.EQ,
          "COMPARE_LESSTHAN", Predicate.Operator.LT,
          "COMPARE_GREATERTHAN", Predicate.Operator.GT,
          "COMPARE_LESSTHANOREQUALTO", Predicate.Operator.LTE,
          "COMPARE_GREATERTHANOREQUALTO", Predicate.Operator.GTE);

  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");
  private static final Pattern MOMENT =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?");
  private static final Pattern PREFIX = Pattern.compile("([^%_\\\\]+)%");

  /** Digits of decimals that compare exactly with any constant that is written for them. */
  private static final int EXACT_DIGITS = 18;

  /** The terms of AND, however deep. */
  static List<SyntaxNode> terms(SyntaxNode node) {
    if (!node.type().equals("CONJUNCTION_AND")) {
      return List.of(node);
    }
    List<SyntaxNode> terms = new ArrayList<>();
    node.children("children").forEach(child -> terms.addAll(terms(child)));
    return terms;
  }

  /**
   * A filter that is true where all conditions are; empty for none.
   *
   * @param conditions over paths
   */
  Optional<Predicate> all(List<SyntaxNode> conditions) {
    return all(List.of(), conditions);
  }

  /**
   * @param filters that must hold too
   */
  Optional<Predicate> all(List<Predicate> filters, List<SyntaxNode> conditions) {
    Map<String, List<Predicate>> byColumn = new LinkedHashMap<>();
    List<SyntaxNode> rest = new ArrayList<>();
    filters.forEach(filter -> add(filter, byColumn));
    for (SyntaxNode condition : conditions) {
      plain(condition).ifPresentOrElse(filter -> add(filter, byColumn), () -> rest.add(condition));
    }
    List<Predicate> terms = new ArrayList<>();
    byColumn.values().forEach(of -> terms.add(of.size() == 1 ? of.get(0) : new Predicate.And(of)));
    if (!rest.isEmpty()) {
      terms.add(
          new Predicate.Sql(
              new SqlExpression(ExpressionText.all(rest), at + "." + SqlExpression.KEY)));
    }
    return terms.isEmpty()
        ? Optional.empty()
        : Optional.of(terms.size() == 1 ? terms.get(0) : new Predicate.And(terms));
  }

  private static void add(Predicate filter, Map<String, List<Predicate>> byColumn) {
    String column =
        filter instanceof Predicate.Or ? "$or" + byColumn.size() : filter.paths().get(0).toString();
    byColumn.computeIfAbsent(column, of -> new ArrayList<>()).add(filter);
  }

  /** A filter that is true exactly where the condition is, and names columns one by one. */
  private Optional<Predicate> plain(SyntaxNode node) {
    return switch (node.nodeClass()) {
      case "COLUMN_REF" -> flag(node, true);
      case "COMPARISON" -> comparison(node);
      case "CONJUNCTION" -> any(node);
      case "BETWEEN" -> between(node);
      case "OPERATOR" -> operator(node);
      case "FUNCTION" -> prefix(node);
      default -> Optional.empty();
    };
  }

  private Optional<Type> typeOf(SyntaxNode node) {
    return node.nodeClass().equals("COLUMN_REF")
        ? types.apply(node.strings("column_names")).filter(Type::isPrimitiveType)
        : Optional.empty();
  }

  private ColumnPath path(SyntaxNode column) {
    return new ColumnPath(column.strings("column_names"), at);
  }

  private Optional<Predicate> flag(SyntaxNode column, boolean value) {
    return typeOf(column)
        .filter(type -> type.typeId() == Type.TypeID.BOOLEAN)
        .map(type -> new Predicate.Compare(path(column), Predicate.Operator.EQ, value));
  }

  private Optional<Predicate> comparison(SyntaxNode node) {
    Predicate.Operator operator = OPERATORS.get(node.type());
    if (operator == null) {
      return Optional.empty();
    }
    SyntaxNode left = node.required("left");
    SyntaxNode right = node.required("right");
    return compare(left, operator, right).or(() -> compare(right, operator.turned(), left));
  }

  private Optional<Predicate> compare(
      SyntaxNode column, Predicate.Operator operator, SyntaxNode constant) {
    return typeOf(column)
        .flatMap(type -> constant(constant, type))
        .map(value -> new Predicate.Compare(path(column), operator, value));
  }

  private Optional<Predicate> any(SyntaxNode node) {
    List<Predicate> terms = new ArrayList<>();
    for (SyntaxNode child : node.children("children")) {
      Optional<Predicate> term =
          child.type().equals("CONJUNCTION_AND") ? Optional.empty() : plain(child);
      if (term.isEmpty()) {
        return Optional.empty();
      }
      terms.add(term.get());
    }
    return Optional.of(new Predicate.Or(terms));
  }

  private Optional<Predicate> between(SyntaxNode node) {
    SyntaxNode column = node.required("input");
    Optional<Predicate> low = compare(column, Predicate.Operator.GTE, node.required("lower"));
    Optional<Predicate> high = compare(column, Predicate.Operator.LTE, node.required("upper"));
    return node.type().contains("NOT_BETWEEN") || low.isEmpty() || high.isEmpty()
        ? Optional.empty()
        : Optional.of(new Predicate.And(List.of(low.get(), high.get())));
  }

  private Optional<Predicate> operator(SyntaxNode node) {
    List<SyntaxNode> children = node.children("children");
    SyntaxNode first = children.get(0);
    return switch (node.type()) {
      case "OPERATOR_IS_NULL" -> typeOf(first).map(type -> new Predicate.IsNull(path(first)));
      case "OPERATOR_IS_NOT_NULL" ->
          typeOf(first).map(type -> new Predicate.Not(new Predicate.IsNull(path(first))));
      case "OPERATOR_NOT" -> flag(first, false);
      case "COMPARE_IN" -> in(first, children.subList(1, children.size()));
      default -> Optional.empty();
    };
  }

  private Optional<Predicate> in(SyntaxNode column, List<SyntaxNode> values) {
    Optional<Type> type = typeOf(column);
    List<Object> literals = new ArrayList<>();
    for (SyntaxNode value : values) {
      Optional<Object> literal = type.flatMap(of -> constant(value, of));
      if (literal.isEmpty()) {
        return Optional.empty();
      }
      literals.add(literal.get());
    }
    return Optional.of(new Predicate.In(path(column), List.copyOf(literals)));
  }

  private Optional<Predicate> prefix(SyntaxNode node) {
    List<SyntaxNode> arguments = ExpressionText.arguments(node);
    String function = node.string("function_name");
    boolean like = function.equals("~~");
    if (!like && !function.equalsIgnoreCase("starts_with") || arguments.size() != 2) {
      return Optional.empty();
    }
    SyntaxNode column = arguments.get(0);
    return typeOf(column)
        .flatMap(type -> constant(arguments.get(1), type))
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .filter(text -> like ? PREFIX.matcher(text).matches() : !text.isEmpty())
        .map(text -> like ? text.substring(0, text.length() - 1) : text)
        .map(text -> new Predicate.StartsWith(path(column), text));
  }

  /** A constant that the language compares with a column of a type as SQL does. */
  private static Optional<Object> constant(SyntaxNode node, Type type) {
    return switch (type.typeId()) {
      case STRING -> text(node, "STRING").map(text -> text);
      case BOOLEAN -> text(node, "BOOLEAN").map(Boolean::parseBoolean);
      case INTEGER, LONG -> text(node, "INTEGER").flatMap(Conditions::whole);
      case DECIMAL ->
          ((Types.DecimalType) type).precision() > EXACT_DIGITS
              ? Optional.empty()
              : text(node, "INTEGER")
                  .flatMap(Conditions::whole)
                  .or(() -> text(node, "NUMERIC").flatMap(Conditions::decimal));
      case DATE -> cast(node, "DATE").filter(text -> DATE.matcher(text).matches()).map(t -> t);
      case TIMESTAMP -> moment(node, ((Types.TimestampType) type).shouldAdjustToUTC());
      default -> Optional.empty();
    };
  }

  private static Optional<String> text(SyntaxNode node, String kind) {
    SyntaxNode literal = node.child("literal").orElse(node);
    boolean found = node.nodeClass().equals("CONSTANT") && literal.string("kind").equals(kind);
    return found ? Optional.of(literal.string("text")) : Optional.empty();
  }

  private static Optional<Object> whole(String digits) {
    return digits.matches("-?(0|[1-9]\\d{0,17})")
        ? Optional.of(Long.parseLong(digits))
        : Optional.empty();
  }

  private static Optional<Object> decimal(String digits) {
    return digits.matches("-?\\d{1,17}\\.\\d{1,17}")
        ? Optional.of(new BigDecimal(digits))
        : Optional.empty();
  }

  private static Optional<String> cast(SyntaxNode node, String type) {
    boolean found =
        node.nodeClass().equals("CAST")
            && !node.bool("try_cast")
            && node.required("type_expr").string("type_name").equalsIgnoreCase(type);
    return found ? text(node.required("child"), "STRING") : Optional.empty();
  }

  private static Optional<Object> moment(SyntaxNode node, boolean zoned) {
    if (!zoned) {
      return cast(node, "TIMESTAMP").filter(text -> MOMENT.matcher(text).matches()).map(t -> t);
    }
    return cast(node, "TIMESTAMPTZ")
        .or(() -> cast(node, "TIMESTAMP WITH TIME ZONE"))
        .filter(text -> text.endsWith("Z"))
        .filter(text -> MOMENT.matcher(text.substring(0, text.length() - 1)).matches())
        .map(text -> text);
  }
}
