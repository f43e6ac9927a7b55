package io.bergview.catalog.view;

import io.bergview.catalog.CatalogSettings;
import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.catalog.Catalogs;
import io.bergview.errors.DefinitionProblem;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;

/**
 * Chooses the table and the folder of a view.
 *
 * <p>Table: {@code $table}, else {@code <namespace>_views.<snake_case name>}, lower-cased so that
 * Trino finds it. Folder: {@code <namespace's folder>/_views/<ViewName>}, where the namespace is
 * that of {@code $from}, or that of {@code $table}. A Hadoop catalog derives the folder from the
 * name, so there the name determines it: {@code <namespace>._views.<ViewName>}.
 */
final class ViewPlaces {
  private static final String VIEWS = "_views";

  private ViewPlaces() {}

  static TableName tableFor(ViewDefinition view, TableName from, CatalogType kindOfFrom) {
    if (view.table().isPresent()) {
      return view.table().get();
    }
    List<String> namespace = new ArrayList<>(from.namespace());
    if (kindOfFrom == CatalogType.HADOOP) {
      if (!isViewNamespace(namespace)) {
        namespace.add(VIEWS);
      }
      return new TableName(from.catalog(), namespace, view.name());
    }
    if (!isViewNamespace(namespace)) {
      String last = namespace.remove(namespace.size() - 1);
      namespace.add(last + VIEWS);
    }
    String name = snakeCase(view.name());
    return new TableName(
        from.catalog(), namespace, kindOfFrom.nestsNamespaces() ? name : asciiOnly(name));
  }

  /** Metastores know no other letters: {@code größe} gives {@code gru00f6u00dfe}. */
  private static String asciiOnly(String name) {
    StringBuilder ascii = new StringBuilder();
    name.chars()
        .forEach(c -> ascii.append(c < 128 ? String.valueOf((char) c) : "u%04x".formatted(c)));
    return ascii.toString();
  }

  /** Where a catalog keeps no namespace properties, the name says that views are in it. */
  static boolean isViewNamespace(List<String> namespace) {
    return namespace.get(namespace.size() - 1).endsWith(VIEWS);
  }

  /**
   * {@code HTTPLogView} gives {@code http_log_view}; other characters than letters and digits
   * become one _.
   */
  static String snakeCase(String name) {
    String split =
        name.replaceAll("(\\p{Lu}+)(\\p{Lu}\\p{Ll})", "$1_$2")
            .replaceAll("([\\p{Ll}\\p{N}])(\\p{Lu})", "$1_$2");
    String joined = split.replaceAll("[^\\p{L}\\p{N}]+", "_").replaceAll("^_+|_+$", "");
    return joined.isEmpty() ? "view" : joined.toLowerCase(Locale.ROOT);
  }

  /**
   * The folder for a new view's table; empty where the catalog chooses.
   *
   * @param identifier of the table
   */
  static Optional<String> locationFor(
      String view, TableIdentifier identifier, Catalogs catalogs, String catalog) {
    CatalogSettings settings = catalogs.settings(catalog);
    if (!settings.kind().placesTables()) {
      return Optional.empty();
    }
    List<String> levels = new ArrayList<>(List.of(identifier.namespace().levels()));
    String last = levels.remove(levels.size() - 1);
    levels.add(
        last.length() > VIEWS.length() && last.endsWith(VIEWS)
            ? last.substring(0, last.length() - VIEWS.length())
            : last);
    return folderOf(Namespace.of(levels.toArray(String[]::new)), catalogs, settings)
        .map(folder -> folder + "/" + VIEWS + "/" + folderName(view));
  }

  private static Optional<String> folderOf(
      Namespace namespace, Catalogs catalogs, CatalogSettings settings) {
    if (catalogs.catalog(settings.name()) instanceof SupportsNamespaces namespaces) {
      try {
        String location = namespaces.loadNamespaceMetadata(namespace).get("location");
        if (location != null) {
          return Optional.of(withoutSlash(location));
        }
      } catch (NoSuchNamespaceException noSourcesThere) {
        return underWarehouse(namespace, settings);
      }
    }
    return underWarehouse(namespace, settings);
  }

  /** A REST catalog's warehouse may be a name; then the catalog chooses. */
  private static Optional<String> underWarehouse(Namespace namespace, CatalogSettings settings) {
    return Optional.ofNullable(settings.properties().get(CatalogProperties.WAREHOUSE_LOCATION))
        .filter(warehouse -> warehouse.contains(":/") || warehouse.startsWith("/"))
        .map(warehouse -> withoutSlash(warehouse) + "/" + String.join("/", namespace.levels()));
  }

  private static String withoutSlash(String location) {
    return location.replaceAll("/+$", "");
  }

  /** The view's name with all characters that are special in a path or a URI written as %XX. */
  private static String folderName(String view) {
    StringBuilder name = new StringBuilder();
    for (byte b : view.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = (c < 128 && Character.isLetterOrDigit(c)) || c == '_' || c == '-';
      name.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return name.toString();
  }

  /** Refuses a {@code $table} that {@code list} could not find again. */
  static void check(ViewDefinition view, TableName table, CatalogType kind) {
    if (!kind.keepsNamespaceProperties() && !isViewNamespace(table.namespace())) {
      throw view.origin()
          .failure(
              DefinitionProblem.ProblemKind.WRONG_VALUE,
              "$table",
              "in a Hadoop catalog a view's namespace ends in '_views', '%s' does not; write %s"
                  .formatted(
                      String.join(".", table.namespace()),
                      new TableName(table.catalog(), withViews(table.namespace()), table.name())));
    }
  }

  private static List<String> withViews(List<String> namespace) {
    List<String> views = new ArrayList<>(namespace);
    views.add(VIEWS);
    return views;
  }
}
