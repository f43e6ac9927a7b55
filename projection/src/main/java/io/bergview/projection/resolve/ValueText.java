package io.bergview.projection.resolve;

import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.SqlExpression;
import io.bergview.projection.definition.ValueExpression;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.Comparator;
import java.util.List;
import org.apache.iceberg.types.Type;

/** Values as expressions in SQL. */
record ValueText(PathTexts paths) implements ValueExpression.Visitor<String> {
  static String of(ValueExpression value, PathTexts paths) {
    String text = value.accept(new ValueText(paths));
    return value instanceof ValueExpression.Literal ? typed(text, value, paths) : text;
  }

  /** An expression with each of its names replaced; in parentheses, unless it is only a name. */
  static String of(SqlExpression expression, PathTexts paths) {
    SyntaxNode syntax = expression.syntax();
    if (syntax.nodeClass().equals("CONSTANT")) {
      throw new NoSqlFormException("a constant as an expression");
    }
    StringBuilder text = new StringBuilder(expression.text());
    List<SyntaxNode> names =
        syntax.all("COLUMN_REF").stream()
            .sorted(Comparator.comparingInt(SyntaxNode::offset).reversed())
            .toList();
    for (SyntaxNode name : names) {
      ColumnPath path = new ColumnPath(name.strings("column_names"), expression.at());
      String written = name.source();
      int end = name.offset() + written.length();
      if (written.isEmpty() || !text.substring(name.offset(), end).equals(written)) {
        throw new NoSqlFormException("an expression whose names have no places");
      }
      text.replace(name.offset(), end, paths.column(paths.scope().spelled(path)));
    }
    boolean comments = text.indexOf("--") >= 0;
    return "(" + text.toString().strip() + (comments ? "\n)" : ")");
  }

  private static String typed(String text, ValueExpression value, PathTexts paths) {
    Type type = ValueResolver.resolve(value, paths.scope()).type();
    return type.typeId() == Type.TypeID.UNKNOWN ? text : ConstantText.cast(text, type);
  }

  @Override
  public String visit(ValueExpression.Column column) {
    return paths.column(column.path());
  }

  @Override
  public String visit(ValueExpression.Literal literal) {
    return ConstantText.of((Expr.Constant) ValueResolver.resolve(literal, paths.scope()));
  }

  @Override
  public String visit(ValueExpression.Cond cond) {
    String choice =
        "CASE WHEN %s THEN %s ELSE %s END"
            .formatted(
                ConditionText.of(cond.test(), paths),
                cond.then().accept(this),
                cond.otherwise().accept(this));
    boolean literal =
        cond.then() instanceof ValueExpression.Literal
            || cond.otherwise() instanceof ValueExpression.Literal;
    return literal ? typed(choice, cond, paths) : choice;
  }

  @Override
  public String visit(ValueExpression.Arithmetic arithmetic) {
    String operator =
        switch (arithmetic.operator()) {
          case ADD -> " + ";
          case SUBTRACT -> " - ";
          case MULTIPLY -> " * ";
        };
    return "(" + arithmetic.left().accept(this) + operator + arithmetic.right().accept(this) + ")";
  }

  @Override
  public String visit(ValueExpression.Sql sql) {
    return of(sql.expression(), paths);
  }
}
