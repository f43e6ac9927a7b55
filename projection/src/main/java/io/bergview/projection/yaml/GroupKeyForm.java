package io.bergview.projection.yaml;

import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.GroupKey;
import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.SqlExpression;
import io.bergview.projection.definition.ValueExpression;
import io.bergview.projection.syntax.SyntaxNode;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.types.Type;

/** An expression of GROUP BY as an entry of {@code $groupBy}. */
final class GroupKeyForm {
  private GroupKeyForm() {}

  /** A value cut to a unit of time. */
  private record Cut(TimeUnit unit, SyntaxNode value) {}

  /**
   * @param key over paths
   * @param zone the view's, in which the language cuts times; SQL does in UTC
   * @param index of the entry
   */
  static GroupKey of(SyntaxNode key, String name, Rows from, ZoneId zone, int index) {
    String at = "$groupBy[" + index + "]";
    Optional<Cut> cut = cut(key, from);
    SyntaxNode value = cut.map(Cut::value).orElse(key);
    Optional<TimeUnit> unit = cut.map(Cut::unit);
    boolean elsewhere = unit.isPresent() && !zone.normalized().equals(ZoneOffset.UTC);
    if (from.isColumn(value)) {
      ColumnPath path = new ColumnPath(value.strings("column_names"), at);
      String given =
          path.joined() + unit.map(each -> "_" + each.name().toLowerCase(Locale.ROOT)).orElse("");
      return new GroupKey(
          path,
          unit,
          given.equals(name) ? Optional.empty() : Optional.of(name),
          elsewhere ? Optional.of(ZoneOffset.UTC) : Optional.empty());
    }
    return new GroupKey(
        new ValueExpression.Sql(
            new SqlExpression(ExpressionText.of(value), at + "." + SqlExpression.KEY)),
        unit,
        Optional.of(name),
        elsewhere ? Optional.of(ZoneOffset.UTC) : Optional.empty());
  }

  /** {@code CAST(date_trunc('day', at) AS DATE)}, {@code date_trunc('hour', at)}. */
  private static Optional<Cut> cut(SyntaxNode key, Rows from) {
    boolean date =
        key.nodeClass().equals("CAST")
            && !key.bool("try_cast")
            && key.required("type_expr").string("type_name").equals("DATE");
    SyntaxNode call = date ? key.required("child") : key;
    List<SyntaxNode> arguments = ExpressionText.arguments(call);
    boolean truncates =
        call.nodeClass().equals("FUNCTION")
            && call.string("function_name").matches("(?i)date_?trunc")
            && arguments.size() == 2
            && arguments.get(0).nodeClass().equals("CONSTANT")
            && from.isColumn(arguments.get(1));
    if (!truncates) {
      return Optional.empty();
    }
    SyntaxNode literal = arguments.get(0).child("literal").orElse(arguments.get(0));
    Type type = from.type(arguments.get(1).strings("column_names"));
    boolean isDate = type.typeId() == Type.TypeID.DATE;
    boolean isTime = type.typeId() == Type.TypeID.TIMESTAMP;
    for (TimeUnit unit : TimeUnit.values()) {
      boolean fine = unit == TimeUnit.HOUR || unit == TimeUnit.MINUTE;
      boolean same = fine ? isTime && !date : isTime && date || isDate;
      if (same && unit.name().equalsIgnoreCase(literal.string("text"))) {
        return Optional.of(new Cut(unit, arguments.get(1)));
      }
    }
    return Optional.empty();
  }
}
