package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import org.apache.iceberg.types.Type;

/**
 * A column of the view's result.
 *
 * @param name as engines see it
 * @param type with provisional ids; {@link ResolvedView#schema()} assigns the final ones
 * @param source where it comes from, for display and for matching {@code $select}: {@code
 *     customer.name}, {@code day(created_at)}
 * @param column its column in the plan
 */
public record OutputColumn(String name, Type type, String source, PlanColumn column) {
  public OutputColumn {
    requireNonNull(name, "name is null");
    requireNonNull(type, "type is null");
    requireNonNull(source, "source is null");
    requireNonNull(column, "column is null");
  }
}
