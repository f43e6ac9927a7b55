package io.bergview.imports.convert;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** Types of files beside those of tables, at every depth; field ids do not matter. */
public final class TypeFit {
  private TypeFit() {}

  /**
   * The type in a table that is made: bytes of a fixed length become binary, and a column whose
   * type no file knows, since all of its values are null, becomes a string.
   */
  public static Type inNewTable(Type type) {
    return switch (type.typeId()) {
      case FIXED -> Types.BinaryType.get();
      case UNKNOWN -> Types.StringType.get();
      case STRUCT ->
          Types.StructType.of(
              type.asStructType().fields().stream()
                  .map(field -> NestedField.from(field).ofType(inNewTable(field.type())).build())
                  .toList());
      case LIST ->
          Types.ListType.ofOptional(
              type.asListType().elementId(), inNewTable(type.asListType().elementType()));
      case MAP -> {
        Types.MapType map = type.asMapType();
        yield Types.MapType.ofOptional(
            map.keyId(), map.valueId(), inNewTable(map.keyType()), inNewTable(map.valueType()));
      }
      default -> type;
    };
  }

  /** Whether two types differ in field ids, and in what may be null, at most. */
  public static boolean isSame(Type one, Type other) {
    return matches(one, other, Type::equals);
  }

  /**
   * Whether a column of a type holds every value of another one, as itself: numbers are widened,
   * UUIDs are their texts, bytes of a fixed length bytes.
   */
  public static boolean holds(Type to, Type from) {
    return matches(to, from, TypeFit::holdsValue);
  }

  private static boolean holdsValue(Type to, Type from) {
    return from.equals(to)
        || TypeUtil.isPromotionAllowed(from, to.asPrimitiveType())
        || (from.typeId() == TypeID.UUID && to.typeId() == TypeID.STRING)
        || (from.typeId() == TypeID.FIXED && to.typeId() == TypeID.BINARY);
  }

  private interface Comparison {
    boolean test(Type one, Type other);
  }

  private static boolean matches(Type one, Type other, Comparison leaves) {
    if (one.isPrimitiveType() && other.isPrimitiveType()) {
      return leaves.test(one, other);
    }
    if (one.typeId() != other.typeId()) {
      return false;
    }
    return switch (one.typeId()) {
      case STRUCT -> {
        List<NestedField> fields = one.asStructType().fields();
        List<NestedField> others = other.asStructType().fields();
        yield fields.size() == others.size()
            && IntStream.range(0, fields.size())
                .allMatch(
                    i ->
                        fields.get(i).name().equals(others.get(i).name())
                            && matches(fields.get(i).type(), others.get(i).type(), leaves));
      }
      case LIST ->
          matches(one.asListType().elementType(), other.asListType().elementType(), leaves);
      case MAP ->
          matches(one.asMapType().keyType(), other.asMapType().keyType(), leaves)
              && matches(one.asMapType().valueType(), other.asMapType().valueType(), leaves);
      default -> one.equals(other);
    };
  }
}
