package io.bergview.catalog.view;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/**
 * The text of a published view: the visible columns of the view's table, by name.
 *
 * <p>A version of an Iceberg view has one default catalog for all dialects, and engines differ in
 * what they do without one. Spark then takes the catalog in which it found the view, whatever the
 * session calls it, and the default namespace. A name of one part is the only one that it never
 * takes for one of another catalog. Trino takes nothing: it needs the whole name, with the
 * project's name of the catalog. It has one level of namespaces, whose name has the dots of nested
 * ones in it.
 */
final class PublishedSql {
  static final String SPARK = "spark";
  static final String TRINO = "trino";

  private PublishedSql() {}

  /** For Spark, whose default namespace is that of the table. */
  static String spark(TableIdentifier table, Schema visible) {
    return "SELECT " + columns(visible, '`') + " FROM " + quoted(table.name(), '`');
  }

  /**
   * @param catalog as Trino is to call it
   */
  static String trino(String catalog, TableIdentifier table, Schema visible) {
    String name =
        List.of(catalog, String.join(".", table.namespace().levels()), table.name()).stream()
            .map(part -> quoted(part, '"'))
            .collect(Collectors.joining("."));
    return "SELECT " + columns(visible, '"') + " FROM " + name;
  }

  private static String columns(Schema visible, char quote) {
    return visible.columns().stream()
        .map(Types.NestedField::name)
        .map(name -> quoted(name, quote))
        .collect(Collectors.joining(", "));
  }

  private static String quoted(String name, char quote) {
    String mark = String.valueOf(quote);
    return mark + name.replace(mark, mark + mark) + mark;
  }
}
