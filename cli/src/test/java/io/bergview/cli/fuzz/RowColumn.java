package io.bergview.cli.fuzz;

import io.bergview.cli.fuzz.RowSurface.Mutation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** A column of a drawn table, and values for it. */
record RowColumn(NestedField field) {
  private static final List<Type> TYPES =
      List.of(
          Types.BooleanType.get(),
          Types.IntegerType.get(),
          Types.LongType.get(),
          Types.FloatType.get(),
          Types.DoubleType.get(),
          Types.DecimalType.of(9, 2),
          Types.DecimalType.of(38, 0),
          Types.DecimalType.of(38, 38),
          Types.DateType.get(),
          Types.TimeType.get(),
          Types.TimestampType.withoutZone(),
          Types.TimestampType.withZone(),
          Types.StringType.get(),
          Types.UUIDType.get(),
          Types.FixedType.ofLength(3),
          Types.BinaryType.get());

  static List<RowColumn> draw(Mutation mutation, Chance chance) {
    int count = mutation == Mutation.MANY_COLUMNS ? 150 : chance.between(1, 5);
    Set<String> names = new LinkedHashSet<>();
    while (names.size() < count) {
      names.add(mutation == Mutation.COLUMN_NAMES ? OddValues.name(chance) : "c" + names.size());
    }
    names.remove("id");
    List<RowColumn> columns = new ArrayList<>();
    for (String name : names) {
      columns.add(
          new RowColumn(NestedField.optional(id(columns), name, type(mutation, chance, columns))));
    }
    return columns;
  }

  /** Whether it has an empty name at any depth: no writer of Parquet writes a row of it. */
  boolean hasEmptyName() {
    return TypeUtil.indexById(Types.StructType.of(field)).values().stream()
        .anyMatch(inside -> inside.name().isEmpty());
  }

  private static int id(List<RowColumn> columns) {
    return 10 + 10 * columns.size();
  }

  private static Type type(Mutation mutation, Chance chance, List<RowColumn> columns) {
    int id = id(columns);
    Type plain = chance.oneOf(TYPES);
    boolean odd = mutation == Mutation.NESTED_NAMES;
    if (!odd && !chance.in100(20)) {
      return plain;
    }
    String one = odd ? OddValues.name(chance) : "x";
    String other = odd ? OddValues.name(chance) + "2" : "y";
    Type struct =
        Types.StructType.of(
            NestedField.optional(id + 1, one, plain),
            NestedField.optional(id + 2, other, Types.StringType.get()));
    return chance.in100(50) ? struct : Types.ListType.ofOptional(id + 3, struct);
  }

  static @Nullable Object value(Type type, Mutation mutation, Chance chance) {
    if (chance.in100(mutation == Mutation.NULLS ? 80 : 10)) {
      return null;
    }
    if (type.isStructType()) {
      Record record = GenericRecord.create(type.asStructType());
      for (int i = 0; i < type.asStructType().fields().size(); i++) {
        record.set(i, value(type.asStructType().fields().get(i).type(), mutation, chance));
      }
      return record;
    }
    if (type.isListType()) {
      List<Object> items = new ArrayList<>();
      for (int i = chance.between(0, 3); i > 0; i--) {
        items.add(value(type.asListType().elementType(), mutation, chance));
      }
      return items;
    }
    return scalar(type, mutation, chance);
  }

  private static Object scalar(Type type, Mutation mutation, Chance chance) {
    return switch (type.typeId()) {
      case BOOLEAN -> chance.in100(50);
      case INTEGER -> chance.oneOf(Integer.MIN_VALUE, Integer.MAX_VALUE, 0, (int) chance.bits());
      case LONG -> chance.oneOf(Long.MIN_VALUE, Long.MAX_VALUE, 0L, chance.bits());
      case FLOAT ->
          chance.oneOf(
              Float.NaN, -0f, 0f, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, Float.MAX_VALUE);
      case DOUBLE ->
          chance.oneOf(
              Double.NaN, -0d, 0d, Double.POSITIVE_INFINITY, Double.MIN_VALUE, -Double.MAX_VALUE);
      case DECIMAL -> decimal((Types.DecimalType) type, chance);
      case DATE -> chance.oneOf(LocalDate.of(1, 1, 1), LocalDate.of(9999, 12, 31), LocalDate.EPOCH);
      case TIME -> chance.oneOf(LocalTime.MIN, LocalTime.of(23, 59, 59, 999_999_000));
      case TIMESTAMP -> timestamp((Types.TimestampType) type, chance);
      case STRING -> text(mutation, chance);
      case UUID -> new UUID(chance.oneOf(0L, -1L, chance.bits()), chance.bits());
      case FIXED -> new byte[] {(byte) chance.bits(), 0, -1};
      case BINARY -> ByteBuffer.wrap(new byte[chance.oneOf(0, 1, 300)]);
      default -> throw new IllegalStateException("no value of " + type);
    };
  }

  private static BigDecimal decimal(Types.DecimalType type, Chance chance) {
    BigInteger nines = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
    return new BigDecimal(
        chance.oneOf(nines, nines.negate(), BigInteger.ZERO, BigInteger.ONE), type.scale());
  }

  private static Object timestamp(Types.TimestampType type, Chance chance) {
    LocalDateTime time =
        chance.oneOf(
            LocalDateTime.of(1, 1, 1, 0, 0),
            LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000),
            LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000),
            LocalDateTime.of(2024, 3, 31, 2, 30));
    return type.shouldAdjustToUTC() ? OffsetDateTime.of(time, ZoneOffset.UTC) : time;
  }

  private static String text(Mutation mutation, Chance chance) {
    return switch (mutation) {
      case TEXTS -> chance.in100(20) ? OddValues.longText(chance) : OddValues.text(chance);
      default -> chance.oneOf("", "a", "é", "😀", "null");
    };
  }

  @Override
  public String toString() {
    return field.toString();
  }
}
