package io.bergview.projection.query;

import static io.bergview.projection.query.QueryBinder.unsupported;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.iceberg.types.Types;

/** Constants as queries write them. */
final class Literals {
  private static final int MOST_DIGITS = 38;

  private Literals() {}

  /** The value of a constant as the query writes it. */
  static Expr of(SyntaxNode node) {
    SyntaxNode literal = node.child("literal").orElse(node);
    String text = literal.string("text");
    return switch (literal.string("kind")) {
      case "INTEGER" -> whole(text, node);
      case "NUMERIC", "DECIMAL", "FLOAT" -> number(text, node);
      case "HEX" -> bytes(text, node);
      case "STRING" -> new Expr.Constant(text, Types.StringType.get());
      case "NULL_LITERAL" -> new Expr.Constant(null, Calls.UNKNOWN);
      case "BOOLEAN" ->
          new Expr.Constant(
              text.isEmpty() ? literal.bool("value") : Boolean.parseBoolean(text),
              Types.BooleanType.get());
      default -> throw unsupported(node, "the literal " + node.source(), "");
    };
  }

  private static Expr bytes(String digits, SyntaxNode node) {
    try {
      return new Expr.Constant(
          ByteBuffer.wrap(HexFormat.of().parseHex(digits)), Types.BinaryType.get());
    } catch (IllegalArgumentException e) {
      throw new SqlException(
          ProblemKind.WRONG_VALUE,
          node.offset(),
          "X'...' holds two hexadecimal digits for each byte, not '%s'".formatted(digits));
    }
  }

  private static Expr whole(String text, SyntaxNode node) {
    String digits = text.replace("_", "");
    try {
      return new Expr.Constant(
          Long.decode(digits.replaceFirst("^(-?)0+(?=\\d)", "$1")), Types.LongType.get());
    } catch (NumberFormatException beyondLong) {
      return decimal(digits, node);
    }
  }

  private static Expr number(String text, SyntaxNode node) {
    String digits = text.replace("_", "");
    if (digits.indexOf('e') >= 0 || digits.indexOf('E') >= 0) {
      return new Expr.Constant(Double.parseDouble(digits), Types.DoubleType.get());
    }
    return decimal(digits, node);
  }

  private static Expr decimal(String digits, SyntaxNode node) {
    try {
      BigDecimal value = new BigDecimal(digits);
      int scale = Math.max(0, value.scale());
      int precision = Math.max(value.setScale(scale).precision(), scale);
      if (precision <= MOST_DIGITS) {
        return new Expr.Constant(
            value.setScale(scale), Types.DecimalType.of(Math.max(1, precision), scale));
      }
      return new Expr.Constant(value.doubleValue(), Types.DoubleType.get());
    } catch (NumberFormatException e) {
      throw unsupported(node, "the number " + digits, "");
    }
  }
}
