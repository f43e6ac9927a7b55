package io.bergview.projection.yaml;

import static java.util.stream.Collectors.joining;

import io.bergview.projection.statement.SqlWriter;
import io.bergview.projection.syntax.ExpressionParser;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Scalar expressions as SQL. What is written is parsed again, and must have the syntax that it was
 * written from.
 */
final class ExpressionText {
  /** How strongly operators bind, weakest first. */
  private enum Strength {
    OR,
    AND,
    NOT,
    COMPARISON,
    RANGE,
    OTHER,
    SUM,
    PRODUCT,
    SIGN,
    NAME
  }

  /** A text, and the operator at its top. */
  private record Written(String text, Strength strength) {
    String within(Strength least) {
      return strength.compareTo(least) < 0 ? "(" + text + ")" : text;
    }
  }

  private static final Map<String, String> COMPARISONS =
      Map.of(
          "COMPARE_EQUAL", "=",
          "COMPARE_NOTEQUAL", "<>",
          "COMPARE_LESSTHAN", "<",
          "COMPARE_GREATERTHAN", ">",
          "COMPARE_LESSTHANOREQUALTO", "<=",
          "COMPARE_GREATERTHANOREQUALTO", ">=",
          "COMPARE_DISTINCT_FROM", "IS DISTINCT FROM",
          "COMPARE_NOT_DISTINCT_FROM", "IS NOT DISTINCT FROM");

  private static final Map<String, String> LIKES =
      Map.of("~~", "LIKE", "!~~", "NOT LIKE", "~~*", "ILIKE", "!~~*", "NOT ILIKE");

  private static final Map<String, Strength> ARITHMETIC =
      Map.of(
          "+", Strength.SUM,
          "-", Strength.SUM,
          "*", Strength.PRODUCT,
          "/", Strength.PRODUCT,
          "%", Strength.PRODUCT);

  private ExpressionText() {}

  /**
   * @param node whose columns have the names that they are to have
   * @throws NoYamlFormException where it is no scalar expression, or not one that can be written
   */
  static String of(SyntaxNode node) {
    String text = written(node).text();
    try {
      if (ExpressionParser.parse(text).normal().equals(node.normal())) {
        return text;
      }
    } catch (SqlException notAlone) {
      throw new NoYamlFormException("the expression " + shown(node, text));
    }
    throw new NoYamlFormException("the expression " + shown(node, text));
  }

  /** Conditions that must all hold. */
  static String all(List<SyntaxNode> conditions) {
    if (conditions.size() == 1) {
      return of(conditions.get(0));
    }
    conditions.forEach(ExpressionText::of);
    return conditions.stream()
        .map(condition -> written(condition).within(Strength.NOT))
        .collect(joining(" AND "));
  }

  private static String shown(SyntaxNode node, String text) {
    String source = node.source();
    return source.isEmpty() ? text : source;
  }

  private static Written written(SyntaxNode node) {
    return switch (node.nodeClass()) {
      case "COLUMN_REF" -> atom(name(node.strings("column_names")));
      case "CONSTANT" -> constant(node);
      case "CAST" ->
          atom(
              "%s(%s AS %s)"
                  .formatted(
                      node.bool("try_cast") ? "TRY_CAST" : "CAST",
                      written(node.required("child")).text(),
                      type(node.required("type_expr"))));
      case "COMPARISON" ->
          new Written(
              "%s %s %s"
                  .formatted(
                      operand(node.required("left")),
                      symbol(node),
                      operand(node.required("right"))),
              Strength.COMPARISON);
      case "CONJUNCTION" -> conjunction(node);
      case "OPERATOR" -> operator(node);
      case "BETWEEN" ->
          new Written(
              "%s %s %s AND %s"
                  .formatted(
                      operand(node.required("input")),
                      node.type().contains("NOT_BETWEEN") ? "NOT BETWEEN" : "BETWEEN",
                      operand(node.required("lower")),
                      operand(node.required("upper"))),
              Strength.RANGE);
      case "CASE" -> caseOf(node);
      case "FUNCTION" -> function(node);
      case "SUBQUERY" -> throw new NoYamlFormException("a subquery in an expression");
      case "WINDOW" -> throw new NoYamlFormException("a window function here");
      default -> throw unwritable(node);
    };
  }

  private static NoYamlFormException unwritable(SyntaxNode node) {
    String source = node.source();
    return new NoYamlFormException(
        "the expression "
            + (source.isEmpty() ? node.type().toLowerCase(Locale.ROOT).replace('_', ' ') : source));
  }

  private static Written atom(String text) {
    return new Written(text, Strength.NAME);
  }

  /** A path as a name of SQL. */
  static String name(List<String> path) {
    return path.stream().map(SqlWriter::name).collect(joining("."));
  }

  private static String operand(SyntaxNode node) {
    return written(node).within(Strength.OTHER);
  }

  private static Written constant(SyntaxNode node) {
    SyntaxNode literal = node.child("literal").orElse(node);
    String text = literal.string("text");
    return switch (literal.string("kind")) {
      case "STRING" -> atom("'" + text.replace("'", "''") + "'");
      case "NULL_LITERAL" -> atom("NULL");
      case "BOOLEAN" -> atom(text.isEmpty() ? "" + literal.bool("value") : text);
      case "INTEGER", "NUMERIC", "DECIMAL", "FLOAT" ->
          new Written(text, text.startsWith("-") ? Strength.SIGN : Strength.NAME);
      default -> throw unwritable(node);
    };
  }

  private static String type(SyntaxNode type) {
    List<SyntaxNode> arguments = type.children("children");
    return arguments.isEmpty()
        ? type.string("type_name")
        : type.string("type_name") + listed(arguments);
  }

  private static String listed(List<SyntaxNode> values) {
    return values.stream().map(value -> written(value).text()).collect(joining(", ", "(", ")"));
  }

  private static String symbol(SyntaxNode node) {
    String symbol = COMPARISONS.get(node.type());
    if (symbol == null) {
      throw unwritable(node);
    }
    return symbol;
  }

  private static Written conjunction(SyntaxNode node) {
    boolean and = node.type().equals("CONJUNCTION_AND");
    Strength least = and ? Strength.NOT : Strength.AND;
    return new Written(
        node.children("children").stream()
            .map(child -> written(child).within(least))
            .collect(joining(and ? " AND " : " OR ")),
        and ? Strength.AND : Strength.OR);
  }

  private static Written operator(SyntaxNode node) {
    List<SyntaxNode> children = node.children("children");
    return switch (node.type()) {
      case "OPERATOR_NOT" ->
          new Written("NOT " + written(children.get(0)).within(Strength.COMPARISON), Strength.NOT);
      case "OPERATOR_IS_NULL" ->
          new Written(operand(children.get(0)) + " IS NULL", Strength.COMPARISON);
      case "OPERATOR_IS_NOT_NULL" ->
          new Written(operand(children.get(0)) + " IS NOT NULL", Strength.COMPARISON);
      case "COMPARE_IN" -> in(children, " IN ");
      case "COMPARE_NOT_IN" -> in(children, " NOT IN ");
      case "OPERATOR_COALESCE" -> atom("coalesce" + listed(children));
      case "OPERATOR_NULLIF" -> atom("nullif" + listed(children));
      case "ARRAY_EXTRACT" ->
          atom(
              "%s[%s]"
                  .formatted(
                      written(children.get(0)).within(Strength.NAME),
                      written(children.get(1)).text()));
      default -> throw unwritable(node);
    };
  }

  private static Written in(List<SyntaxNode> children, String operator) {
    return new Written(
        operand(children.get(0)) + operator + listed(children.subList(1, children.size())),
        Strength.RANGE);
  }

  private static Written caseOf(SyntaxNode node) {
    StringBuilder text = new StringBuilder("CASE");
    for (SyntaxNode check : node.children("case_checks")) {
      text.append(" WHEN ").append(written(check.required("when_expr")).text());
      text.append(" THEN ").append(written(check.required("then_expr")).text());
    }
    node.child("else_expr")
        .filter(otherwise -> !isNull(otherwise))
        .ifPresent(otherwise -> text.append(" ELSE ").append(written(otherwise).text()));
    return atom(text.append(" END").toString());
  }

  private static boolean isNull(SyntaxNode node) {
    return node.nodeClass().equals("CONSTANT")
        && node.child("literal").orElse(node).string("kind").equals("NULL_LITERAL");
  }

  /** The arguments of a call. */
  static List<SyntaxNode> arguments(SyntaxNode node) {
    List<SyntaxNode> arguments = new ArrayList<>();
    for (SyntaxNode argument : node.children("arguments")) {
      arguments.add(argument.child("expression").orElse(argument));
    }
    return arguments;
  }

  private static Written function(SyntaxNode node) {
    String name = node.string("function_name");
    List<SyntaxNode> arguments = arguments(node);
    Strength arithmetic = ARITHMETIC.get(name);
    if (arithmetic != null && arguments.size() == 2) {
      Strength next = Strength.values()[arithmetic.ordinal() + 1];
      return new Written(
          "%s %s %s"
              .formatted(
                  written(arguments.get(0)).within(arithmetic),
                  name,
                  written(arguments.get(1)).within(next)),
          arithmetic);
    }
    if (LIKES.containsKey(name)) {
      return new Written(
          "%s %s %s"
              .formatted(operand(arguments.get(0)), LIKES.get(name), operand(arguments.get(1))),
          Strength.RANGE);
    }
    boolean word = Character.isLetter(name.charAt(0)) || name.charAt(0) == '_';
    if (word) {
      return atom(name + listed(arguments));
    }
    if (arguments.size() == 1) {
      return new Written(name + written(arguments.get(0)).within(Strength.NAME), Strength.SIGN);
    }
    return new Written(
        "%s %s %s"
            .formatted(
                name.equals("||")
                    ? operand(arguments.get(0))
                    : written(arguments.get(0)).within(Strength.NAME),
                name,
                written(arguments.get(1)).within(Strength.SUM)),
        Strength.OTHER);
  }
}
