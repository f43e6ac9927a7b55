package io.bergview.query.format;

import org.apache.iceberg.types.Type;

/** A value as the text of a cell: single values plain, nested ones as JSON. */
public final class CellText {
  private CellText() {}

  /**
   * A value as a JSON document.
   *
   * @param value as {@link io.bergview.pipeline.Rows} has it
   */
  public static String json(Object value, Type type) {
    return JsonValues.text(value, type);
  }

  /**
   * @param value as {@link io.bergview.pipeline.Rows} has it
   */
  public static String of(Object value, Type type) {
    return type.isNestedType() ? JsonValues.text(value, type) : ValueText.of(value);
  }
}
