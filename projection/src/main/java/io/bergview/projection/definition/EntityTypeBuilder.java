package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.Relation.Backward;
import io.bergview.projection.definition.Relation.Embedded;
import io.bergview.projection.definition.Relation.Forward;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An entity type put together in memory:
 *
 * <pre>{@code
 * EntityType.named("Order").table("shop.orders").id("order_id").to("customer", "Customer").build()
 * }</pre>
 *
 * <p>Names of columns, types and relations are taken as they are, whatever characters they have.
 */
public final class EntityTypeBuilder {
  private final MemoryDocument document;
  private @Nullable String table;
  private @Nullable String catalog;

  EntityTypeBuilder(String name) {
    this.document = new MemoryDocument("type " + requireNonNull(name, "name is null"));
    document.string("$type", name);
  }

  /** {@code namespace.table}; a name with dots in backticks. Without it the type is embedded. */
  public EntityTypeBuilder table(String name) {
    table = requireNonNull(name, "name is null");
    return this;
  }

  /** The catalog of the table, if it is not the project's default one. */
  public EntityTypeBuilder catalog(String name) {
    catalog = requireNonNull(name, "name is null");
    return this;
  }

  /** The key. */
  public EntityTypeBuilder id(String... columns) {
    document.node("$id", MemoryDocument.list(paths(columns)));
    return this;
  }

  /** A column with its type, {@code decimal(12,2)}, which is checked against the table. */
  public EntityTypeBuilder field(String column, String type) {
    document.string(column, type);
    return this;
  }

  /**
   * A relation to one row of another type.
   *
   * @param columns the foreign key, in the order of the target's key; none for {@code <name>_id}
   */
  public EntityTypeBuilder to(String name, String target, String... columns) {
    document.string(name, EntityTypeWriter.text(new Forward(name, target, List.of())));
    if (columns.length > 0) {
      document.entry("$keys", name, MemoryDocument.list(paths(columns)));
    }
    return this;
  }

  /** A relation to all rows of another type whose relation {@code inverse} leads here. */
  public EntityTypeBuilder toMany(String name, String target, String inverse) {
    document.string(name, EntityTypeWriter.text(new Backward(name, target, inverse, true)));
    return this;
  }

  /** As {@link #toMany}, where there is at most one such row. */
  public EntityTypeBuilder toAtMostOne(String name, String target, String inverse) {
    document.string(name, EntityTypeWriter.text(new Backward(name, target, inverse, false)));
    return this;
  }

  /** A column that holds a struct, whose fields another type describes. */
  public EntityTypeBuilder embedded(String column, String target) {
    document.string(column, EntityTypeWriter.text(new Embedded(column, target, false)));
    return this;
  }

  /** As {@link #embedded}, of a column that holds a list of structs. */
  public EntityTypeBuilder embeddedList(String column, String target) {
    document.string(column, EntityTypeWriter.text(new Embedded(column, target, true)));
    return this;
  }

  private static List<String> paths(String[] columns) {
    return Arrays.stream(columns).map(column -> ColumnPath.of(column).toString()).toList();
  }

  /**
   * @throws io.bergview.errors.DefinitionException with every problem found
   */
  public EntityType build() {
    if (table != null) {
      document.string("$table", catalog == null ? table : ColumnPath.of(catalog) + "." + table);
    }
    return (EntityType) document.definition(false, catalog == null ? Set.of() : Set.of(catalog));
  }
}
