package io.bergview.query;

import io.bergview.catalog.Buckets;
import io.bergview.projection.definition.Predicate.Operator;
import io.bergview.projection.plan.Comparisons;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.Pred;
import io.bergview.projection.plan.PredVisitor;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The part of a filter that Iceberg's scan planning can use to prune files: an expression that
 * holds for every row for which the filter does. It need not be exact, since the rows are filtered
 * again; where Iceberg and the language might differ it is true.
 *
 * <ul>
 *   <li>Negations, but of null: "not greater than 5" holds for null and NaN too.
 *   <li>Zero of a floating-point column is both 0.0 and -0.0, which Iceberg's bounds tell apart;
 *       NaN as a constant is left alone.
 *   <li>uuid, fixed and binary, but equal ones by the buckets of the table's partitions: bounds of
 *       uuid compare signed in some writers and unsigned in others.
 *   <li>Fields of structs, whose absence is not that of the struct.
 * </ul>
 */
final class FilePruning implements PredVisitor<Expression> {
  private static final int MOST_VALUES = 200;

  private final Plan.Scan scan;
  private final Schema schema;
  private final Collection<PartitionSpec> specs;

  private FilePruning(Plan.Scan scan, Schema schema, Collection<PartitionSpec> specs) {
    this.scan = scan;
    this.schema = schema;
    this.specs = specs;
  }

  /**
   * @param predicate over the columns of the scan
   * @param schema of the table now, whose names Iceberg plans by, whichever snapshot is read;
   *     columns that it no longer has prune nothing
   * @param specs by which the table is or was partitioned
   */
  static Expression of(
      Pred predicate, Plan.Scan scan, Schema schema, Collection<PartitionSpec> specs) {
    return predicate.accept(new FilePruning(scan, schema, specs));
  }

  @Override
  public Expression visit(Pred.And and) {
    return and.terms().stream().map(term -> term.accept(this)).reduce(ANY, Expressions::and);
  }

  @Override
  public Expression visit(Pred.Or or) {
    return or.terms().stream().map(term -> term.accept(this)).reduce(NONE, Expressions::or);
  }

  @Override
  public Expression visit(Pred.Not not) {
    return not.term() instanceof Pred.IsNull isNull
        ? named(isNull.value()).<Expression>map(Expressions::notNull).orElse(ANY)
        : ANY;
  }

  @Override
  public Expression visit(Pred.Compare compare) {
    return compare(compare.value(), compare.operator(), compare.constant());
  }

  @Override
  public Expression visit(Pred.In in) {
    if (in.constants().size() > MOST_VALUES) {
      return ANY;
    }
    return in.constants().stream()
        .map(constant -> compare(in.value(), Operator.EQ, constant))
        .reduce(NONE, Expressions::or);
  }

  @Override
  public Expression visit(Pred.IsNull isNull) {
    return named(isNull.value()).<Expression>map(Expressions::isNull).orElse(ANY);
  }

  @Override
  public Expression visit(Pred.IsTrue isTrue) {
    return isTrue.value() instanceof Expr.Call call
        ? Comparisons.implied(call).map(implied -> implied.accept(this)).orElse(ANY)
        : ANY;
  }

  @Override
  public Expression visit(Pred.StartsWith starts) {
    return named(starts.value())
        .filter(name -> !starts.prefix().isEmpty())
        .<Expression>map(name -> Expressions.startsWith(name, starts.prefix()))
        .orElse(ANY);
  }

  private static final Expression ANY = Expressions.alwaysTrue();
  private static final Expression NONE = Expressions.alwaysFalse();

  /** The name of a primitive column that is nothing but a column of the table. */
  private Optional<String> named(Expr value) {
    if (!(value instanceof Expr.Ref ref)) {
      return Optional.empty();
    }
    return scan.reads().stream()
        .filter(read -> read.column().equals(ref.column()))
        .findFirst()
        .map(read -> schema.asStruct().field(read.fieldId()))
        .filter(field -> field.type().isPrimitiveType())
        .map(Types.NestedField::name);
  }

  private Expression compare(Expr value, Operator operator, Expr.Constant constant) {
    Optional<String> name = named(value);
    Object bound = name.isEmpty() ? null : bound(constant);
    if (bound == null) {
      return name.isPresent() && operator == Operator.EQ ? inBuckets(name.get(), constant) : ANY;
    }
    if (bound instanceof Double number && number == 0) {
      return zero(name.get(), operator, -0.0, 0.0);
    }
    if (bound instanceof Float number && number == 0) {
      return zero(name.get(), operator, -0.0f, 0.0f);
    }
    return compare(name.get(), operator, bound);
  }

  /** A value without bounds that can be trusted is still in one bucket. */
  private Expression inBuckets(String name, Expr.Constant constant) {
    Types.NestedField column = schema.findField(name);
    Object value = constant.value();
    boolean hashed =
        switch (constant.type().typeId()) {
          case UUID, FIXED, BINARY -> column.type().typeId() == constant.type().typeId();
          default -> false;
        };
    if (value == null || !hashed) {
      return ANY;
    }
    Expression all = ANY;
    for (PartitionSpec spec : specs) {
      for (PartitionField field : spec.fields()) {
        OptionalInt buckets = Buckets.of(field);
        if (field.sourceId() == column.fieldId() && buckets.isPresent()) {
          int count = buckets.getAsInt();
          int number = Transforms.<Object>bucket(count).bind(column.type()).apply(value);
          all = Expressions.and(all, Expressions.equal(Expressions.bucket(name, count), number));
        }
      }
    }
    return all;
  }

  private static Expression zero(String name, Operator operator, Object least, Object greatest) {
    return switch (operator) {
      case EQ ->
          Expressions.and(
              Expressions.greaterThanOrEqual(name, least),
              Expressions.lessThanOrEqual(name, greatest));
      case GT, GTE -> Expressions.greaterThanOrEqual(name, least);
      case LT, LTE -> Expressions.lessThanOrEqual(name, greatest);
    };
  }

  private static Expression compare(String name, Operator operator, Object bound) {
    return switch (operator) {
      case EQ -> Expressions.equal(name, bound);
      case GT -> Expressions.greaterThan(name, bound);
      case GTE -> Expressions.greaterThanOrEqual(name, bound);
      case LT -> Expressions.lessThan(name, bound);
      case LTE -> Expressions.lessThanOrEqual(name, bound);
    };
  }

  /** The constant as Iceberg has it; null where it must not be compared. */
  private static @Nullable Object bound(Expr.Constant constant) {
    Object value = constant.value();
    Type type = constant.type();
    try {
      return switch (type.typeId()) {
        case INTEGER, LONG, STRING -> value;
        case FLOAT ->
            value instanceof Double number && !number.isNaN() ? number.floatValue() : null;
        case DOUBLE -> value instanceof Double number && !number.isNaN() ? number : null;
        case DECIMAL ->
            value instanceof BigDecimal number
                ? number.setScale(((Types.DecimalType) type).scale())
                : null;
        case DATE -> value instanceof LocalDate date ? date.toEpochDay() : null;
        case TIME ->
            value instanceof LocalTime time && time.getNano() % 1_000 == 0
                ? time.toNanoOfDay() / 1_000
                : null;
        case TIMESTAMP -> micros(value);
        default -> null;
      };
    } catch (ArithmeticException outOfRange) {
      return null;
    }
  }

  private static @Nullable Object micros(@Nullable Object value) {
    Instant instant =
        value instanceof LocalDateTime local
            ? local.toInstant(ZoneOffset.UTC)
            : value instanceof Instant zoned ? zoned : null;
    return instant == null || instant.getNano() % 1_000 != 0
        ? null
        : (Object) ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
