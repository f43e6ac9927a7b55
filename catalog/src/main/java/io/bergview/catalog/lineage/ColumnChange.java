package io.bergview.catalog.lineage;

import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * How a source's column, or a nested field of it, has changed since a view was defined on it or
 * read it. Every comparison of a view with its sources' columns uses these, and says them in these
 * words.
 */
public enum ColumnChange {
  /** It is as it was, perhaps under another name. */
  NONE,
  /** Its type was widened as Iceberg allows: every value is still what it was. */
  PROMOTED,
  /** It has another type, which is not a type promotion: the table was replaced. */
  RETYPED,
  /** It was dropped, and another column now has its name. */
  REPLACED,
  /** It was dropped, and no column has its name now. */
  GONE;

  /**
   * @param was the kind of its type, as {@link UsedColumn#kind} says it
   * @param now the type of the same column now; null where it is not there
   * @param nameIsTaken whether another column has its name, where it is not there
   */
  public static ColumnChange of(String was, @Nullable Type now, boolean nameIsTaken) {
    if (now == null) {
      return nameIsTaken ? REPLACED : GONE;
    }
    if (UsedColumn.kind(now).equals(was)) {
      return NONE;
    }
    return isPromotion(was, now) ? PROMOTED : RETYPED;
  }

  private static boolean isPromotion(String was, Type now) {
    if (!now.isPrimitiveType() || UsedColumn.NESTED.contains(was)) {
      return false;
    }
    try {
      return TypeUtil.isPromotionAllowed(Types.fromPrimitiveString(was), now.asPrimitiveType());
    } catch (IllegalArgumentException unknownType) {
      return false;
    }
  }

  /**
   * The end of a sentence that begins with the column: {@code is gone}.
   *
   * @param now the current type of the same column, if it exists
   */
  public String words(@Nullable Type now) {
    return switch (this) {
      case NONE -> "is as it was";
      case PROMOTED -> "is " + now + " now, a promotion";
      case RETYPED -> "is " + now + " now, which is not a type promotion";
      case REPLACED -> "was dropped, and another column now has its name";
      case GONE -> "is gone";
    };
  }
}
