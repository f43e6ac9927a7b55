package io.bergview.projection.sql;

import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.definition.ValueExpression.ArithmeticOperator;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.NamedAggregate;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.ScalarFunction;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.DecimalType;

/**
 * How an engine writes what standard SQL does not say, or what engines compute differently. Plans
 * are rendered by one renderer, which asks the dialect; so every engine runs the same text but for
 * these. Values are given and returned as SQL.
 *
 * <p>Every engine's session has the time zone UTC, reads identifiers in double quotes and fails
 * where a number overflows or a cast does not fit.
 */
public interface SqlDialect {
  /** A plan as one SELECT whose columns are called {@code c<id>}, in the plan's order. */
  default String select(Plan plan, Relations relations) {
    return new SqlPlans(this, relations).select(plan);
  }

  /**
   * The engine's type that holds the values of an Iceberg type. Struct fields keep their names.
   *
   * @throws RuntimeException where the engine has none
   */
  String type(Type type);

  /** A string constant. */
  String text(String value);

  /** A constant of the type binary, the bytes from the buffer's position to its limit. */
  String bytes(ByteBuffer value);

  /**
   * A 64-bit hash of values, the same for values that are equal in each place. None of them may
   * hold a map.
   */
  String hash(List<String> values);

  /**
   * What distinguishes -0.0 from 0.0, which compare as equal, at any depth of a value; every NaN is
   * the same. Empty where the type holds no floating-point number.
   */
  Optional<String> signedZero(String value, Type type);

  /**
   * A value that can be compared and hashed and is the same where the given one is: where the
   * engine does not compare maps, with their entries in place of them.
   */
  String comparable(String value, Type type);

  /**
   * A column that rows are grouped by, as one of the rows has it: with the sign of its zero, where
   * {@link #signedZero} is grouped by too. It stands after SELECT.
   */
  String groupedBy(String column);

  /**
   * A query of the rows of a relation, each as often as it says; not those that say less than 1.
   *
   * @param columns what is selected, separated by commas
   * @param copies a BIGINT of each row
   * @param relation stands in FROM
   */
  String repeated(String columns, String copies, String relation);

  /** A number of its own for each row of a SELECT. */
  String rowNumbers();

  /** A value in another type, as {@link Expr.Cast} says. */
  String convert(String value, Type from, Type to);

  /** A field of a struct; null where the struct is null. */
  String field(String struct, String name);

  /**
   * A struct.
   *
   * @param names identifiers, quoted where they must be
   */
  String struct(List<String> names, List<String> values);

  /** The sum of two values of the same type, not in parentheses; the same may be subtracted. */
  String add(String left, String right, Type type);

  /** The difference of two values, as {@link #add}. */
  String subtract(String left, String right, Type type);

  /** {@link Expr.Arithmetic} of decimals: exact, then rounded to the type. */
  String decimal(ArithmeticOperator operator, Decimal left, Decimal right, DecimalType type);

  /** A decimal operand. */
  record Decimal(String sql, DecimalType type) {}

  /** {@link Expr.Truncate}. */
  String truncate(String value, Type from, TimeUnit unit, ZoneId zone, Type to);

  /** Whether a string begins with another; null where it is null. */
  String startsWith(String value, String prefix);

  /** Whether a floating-point value is neither infinite nor NaN; null where it is null. */
  String isFinite(String value);

  /**
   * A call of a scalar function, or of one that is a window function once OVER follows.
   *
   * @param written the arguments
   */
  String call(ScalarFunction function, List<Expr> arguments, List<String> written, Type result);

  /**
   * A call of an aggregate.
   *
   * @param arguments the call's argument and the further ones
   * @param orders what the values of a group are ordered by, as in ORDER BY
   */
  String call(
      NamedAggregate aggregate,
      List<Expr> arguments,
      List<String> written,
      List<String> orders,
      Type result);

  /** A call of a window function. */
  String call(
      ScalarFunction function, List<Expr> arguments, List<String> written, Type result, Over over);

  /**
   * The rows that a window function is about.
   *
   * @param frame empty for the default
   */
  record Over(List<String> partitionBy, List<String> orders, String frame) {
    public Over {
      partitionBy = List.copyOf(partitionBy);
      orders = List.copyOf(orders);
    }
  }

  /**
   * A number of its own for each row among those that agree in some values, from 1.
   *
   * @param partitionBy at least one
   */
  String rowNumber(List<String> partitionBy);

  /** A query after the tables that it reads, each computed once, by name. */
  String with(Map<String, String> tables, String query);

  /** A SELECT of rows joined with the elements of a list of each. */
  String unnest(Unnesting rows);

  /**
   * Rows joined with the elements of a list.
   *
   * @param columns what is selected of a row
   * @param all whether that is all of its columns
   * @param from a relation
   * @param list of each row, null for none
   * @param ordinal the name of an element's number, from 1; an INTEGER
   * @param element the name of the element
   * @param keepEmpty whether a row without elements is kept, with nulls
   */
  record Unnesting(
      List<String> columns,
      boolean all,
      String from,
      String list,
      String ordinal,
      String element,
      boolean keepEmpty) {
    public Unnesting {
      columns = List.copyOf(columns);
    }
  }

  /**
   * A relation with one column {@code k} that has these constants, where a semi-join with it is
   * better than IN; otherwise empty.
   */
  Optional<String> keyList(List<String> constants);

  /** Functions of lists. */
  SqlLists lists();

  /** Aggregates. */
  SqlAggregates aggregates();
}
