package io.bergview.catalog.view;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.text.Sha256;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Schema;

/**
 * What a view's table keeps of its definition: all that a refresh needs, so that neither the
 * project folder nor the types in it must still be as they were.
 *
 * <p>The text, in {@code bergview.definition}:
 *
 * <pre>{@code
 * {"format": 1,
 *  "view": {"$type": "OrderView", ...},
 *  "types": {"Order": {"$type": "Order", "$table": "shop.orders", ...}},
 *  "sources": {"Order": {"table": "shop.orders", "schema": {"type": "struct", "fields": [...]}}}}
 * }</pre>
 *
 * <p>The format is 2 where a table is read at a branch or a tag ({@code shop.orders@audit}), so
 * that a version that knows no refs says that it is too old; for the same reason it is 3 where the
 * view has {@code $publish}.
 *
 * <p>{@code view} and {@code types} are as {@code DefinitionWriter} writes them, {@code schema} as
 * Iceberg's {@code SchemaParser} does, without its schema id. Maps are ordered by key. A field that
 * is not known is ignored here; a newer {@code format} is refused.
 *
 * @param types the entity types that the view uses, by name
 * @param sources by the name of the type or the view that is read; the columns are frozen as they
 *     were at definition
 */
public record StoredDefinition(
    ViewDefinition view, Map<String, EntityType> types, Map<String, Source> sources) {
  /** A table and its schema when the view was defined. */
  public record Source(TableName table, Schema schema) {
    public Source {
      requireNonNull(table, "table is null");
      requireNonNull(schema, "schema is null");
    }
  }

  public StoredDefinition {
    requireNonNull(view, "view is null");
    types = Collections.unmodifiableMap(new TreeMap<>(types));
    sources = Collections.unmodifiableMap(new TreeMap<>(sources));
  }

  /** The canonical text, on one line: equal definitions have equal texts. */
  public String toJson() {
    return StoredDefinitionText.write(this);
  }

  /**
   * @param name of the view, for messages
   * @param catalogs the project's: a table's name may begin with one
   * @throws io.bergview.errors.StorageException {@code FORMAT_UNSUPPORTED}
   */
  public static StoredDefinition fromJson(String name, String json, Set<String> catalogs) {
    return StoredDefinitionText.read(name, json, catalogs);
  }

  /**
   * As {@link #hash}, of what {@link #deciding} leaves. Where it stays the same, rows stay as they
   * are.
   */
  public String contentHash() {
    return deciding().hash();
  }

  /**
   * What decides the rows: without the layout, settings that say only when and how a refresh is
   * made, and relations of the types that the view does not follow.
   */
  public StoredDefinition deciding() {
    return new StoredDefinition(view.deciding(), FrozenTypes.followed(this), sources);
  }

  /** SHA-256 of {@link #toJson} in lower-case hexadecimal; frozen columns count. */
  public String hash() {
    return Sha256.hex(toJson());
  }
}
