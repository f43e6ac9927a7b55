package io.bergview.imports.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/** JSON values as texts, and as values of Iceberg's generic data model. */
final class JsonValues {
  private static final int LONGEST_PLAIN = 40;

  private JsonValues() {}

  /** A value of a column that is no nested one, as text; null for JSON's null. */
  static @Nullable String text(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> null;
      case STRING -> value.textValue();
      case NUMBER -> number(value);
      default -> value.toString();
    };
  }

  private static String number(JsonNode value) {
    if (!value.isBigDecimal()) {
      return value.asText();
    }
    BigDecimal number = value.decimalValue();
    boolean plain = number.scale() >= 0 && number.scale() <= LONGEST_PLAIN;
    return plain ? number.toPlainString() : number.toString();
  }

  /**
   * @throws IllegalArgumentException where it is none of the type; the message follows the place
   */
  static @Nullable Object value(JsonNode value, Type type) {
    if (value.isNull()) {
      return null;
    }
    try {
      return switch (type.typeId()) {
        case STRUCT -> record(value, type.asStructType());
        case LIST -> list(value, type.asListType());
        case MAP -> map(value, type.asMapType());
        case STRING -> text(value);
        case BOOLEAN -> {
          check(value.isBoolean(), value, type);
          yield value.booleanValue();
        }
        case INTEGER -> {
          check(value.isIntegralNumber() && value.canConvertToInt(), value, type);
          yield value.intValue();
        }
        case LONG -> {
          check(value.isIntegralNumber() && value.canConvertToLong(), value, type);
          yield value.longValue();
        }
        case FLOAT -> {
          check(value.isNumber() && !Float.isInfinite(value.floatValue()), value, type);
          yield value.floatValue();
        }
        case DOUBLE -> {
          check(value.isNumber() && !Double.isInfinite(value.doubleValue()), value, type);
          yield value.doubleValue();
        }
        case DECIMAL -> decimal(value, (Types.DecimalType) type);
        case DATE -> LocalDate.parse(value.asText());
        case TIME -> LocalTime.parse(value.asText());
        case TIMESTAMP ->
            ((Types.TimestampType) type).shouldAdjustToUTC()
                ? OffsetDateTime.parse(value.asText())
                : LocalDateTime.parse(value.asText());
        case UUID -> UUID.fromString(value.asText());
        default -> throw none(value, type);
      };
    } catch (DateTimeException | ArithmeticException e) {
      throw none(value, type);
    }
  }

  private static BigDecimal decimal(JsonNode value, Types.DecimalType type) {
    check(value.isNumber(), value, type);
    BigDecimal exact = value.decimalValue().setScale(type.scale());
    check(exact.precision() <= type.precision(), value, type);
    return exact;
  }

  private static GenericRecord record(JsonNode value, Types.StructType type) {
    check(value.isObject(), value, type);
    GenericRecord record = GenericRecord.create(type);
    ObjectNode object = (ObjectNode) value;
    int found = 0;
    for (NestedField field : type.fields()) {
      JsonNode nested = object.get(field.name());
      if (nested != null) {
        found++;
        record.setField(field.name(), value(nested, field.type()));
      }
    }
    if (found < object.size()) {
      object
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (type.field(name) == null) {
                  throw new IllegalArgumentException(
                      "has the field '%s', which its type %s has not".formatted(name, type));
                }
              });
    }
    return record;
  }

  private static List<@Nullable Object> list(JsonNode value, Types.ListType type) {
    check(value.isArray(), value, type);
    List<@Nullable Object> list = new ArrayList<>();
    for (JsonNode element : value) {
      list.add(value(element, type.elementType()));
    }
    return list;
  }

  private static Map<String, @Nullable Object> map(JsonNode value, Types.MapType type) {
    check(value.isObject() && type.keyType().typeId() == Type.TypeID.STRING, value, type);
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    value
        .properties()
        .forEach(entry -> map.put(entry.getKey(), value(entry.getValue(), type.valueType())));
    return map;
  }

  private static void check(boolean holds, JsonNode value, Type type) {
    if (!holds) {
      throw none(value, type);
    }
  }

  private static IllegalArgumentException none(JsonNode value, Type type) {
    String text = value.toString();
    return new IllegalArgumentException(
        "holds %s, which is no %s"
            .formatted(text.length() > 100 ? text.substring(0, 100) + "..." : text, type));
  }
}
