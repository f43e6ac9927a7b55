package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import org.apache.iceberg.types.Type;

/**
 * A scalar as an entity type declares it, {@code 'decimal(12,2)!'}.
 *
 * @param text as written
 * @param type the Iceberg type that the column must have
 * @param list whether written with {@code []}: the column is a list of that type
 */
public record FieldType(String text, Type type, boolean list) {
  public FieldType {
    requireNonNull(text, "text is null");
    requireNonNull(type, "type is null");
  }
}
