package io.bergview.catalog;

import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.catalog.storage.FileLockManager;
import io.bergview.catalog.storage.LocalFileIO;
import io.bergview.catalog.storage.Locations;
import io.bergview.errors.Suggestions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;

/**
 * Spells a catalog's entry in {@code bergview.yaml} out as Iceberg's properties: the short form
 * {@code sqlite}, paths relative to the project, and what local files need.
 */
final class CatalogForms {
  /** The kind of catalog that exists only as a short form. */
  static final String SQLITE = "sqlite";

  private static final String SQLITE_URI = "jdbc:sqlite:";
  private static final String SQLITE_PARAMETERS =
      "?busy_timeout=30000&journal_mode=WAL&synchronous=NORMAL";
  private static final String SCHEMA_VERSION = "jdbc.schema-version";

  private CatalogForms() {}

  /** What a project without {@code catalogs} has: {@code {type: sqlite, warehouse: warehouse}}. */
  static CatalogSettings defaultCatalog(String name, Path project) {
    return settings(
        name,
        Map.of(
            CatalogUtil.ICEBERG_CATALOG_TYPE,
            SQLITE,
            CatalogProperties.WAREHOUSE_LOCATION,
            "warehouse"),
        project);
  }

  /**
   * @throws IllegalArgumentException with a message for the user
   */
  static CatalogSettings settings(String name, Map<String, String> written, Path project) {
    CatalogSettings settings = spelledOut(name, written, project);
    MistypedProperties.refuse(settings);
    return settings;
  }

  /** The word after {@code type:}. */
  static String name(CatalogType kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static CatalogSettings spelledOut(
      String name, Map<String, String> written, Path project) {
    Map<String, String> properties = new TreeMap<>(written);
    String type = properties.get(CatalogUtil.ICEBERG_CATALOG_TYPE);
    boolean custom = properties.containsKey(CatalogProperties.CATALOG_IMPL);
    if ((type == null) != custom) {
      throw new IllegalArgumentException(
          "catalog '%s' needs either 'type' or 'catalog-impl'".formatted(name));
    }
    if (type == null) {
      return new CatalogSettings(name, CatalogType.CUSTOM, properties);
    }
    if (type.toLowerCase(Locale.ROOT).equals(SQLITE)) {
      spellOutSqlite(name, properties, project);
    }
    CatalogType kind = kind(name, properties.getOrDefault(CatalogUtil.ICEBERG_CATALOG_TYPE, ""));
    if (kind == CatalogType.JDBC || kind == CatalogType.HADOOP || isService(kind)) {
      resolveWarehouse(name, kind, properties, project);
    }
    if ((kind == CatalogType.REST || kind == CatalogType.NESSIE)
        && properties.getOrDefault(CatalogProperties.URI, "").isBlank()) {
      throw new IllegalArgumentException("catalog '%s' needs a 'uri'".formatted(name));
    }
    CatalogTimeouts.add(kind, properties);
    return new CatalogSettings(name, kind, properties);
  }

  private static void spellOutSqlite(String name, Map<String, String> properties, Path project) {
    Path directory = localPath(warehouse(name, properties), name, project);
    Path file = directory.resolve("catalog.db");
    if (file.toString().contains("?")) {
      throw new IllegalArgumentException(
          "catalog '%s': SQLite cannot open %s, its path has a '?'".formatted(name, file));
    }
    properties.put(CatalogUtil.ICEBERG_CATALOG_TYPE, CatalogUtil.ICEBERG_CATALOG_TYPE_JDBC);
    properties.putIfAbsent(CatalogProperties.URI, SQLITE_URI + file + SQLITE_PARAMETERS);
    properties.putIfAbsent(SCHEMA_VERSION, "V1");
  }

  private static Path localPath(String warehouse, String name, Path project) {
    if (!Locations.isLocal(warehouse)) {
      throw new IllegalArgumentException(
          "catalog '%s': the warehouse of type sqlite is a local folder, not %s; for another write type: jdbc with uri and warehouse"
              .formatted(name, Secrets.maskUris(warehouse)));
    }
    return warehouse.startsWith("file:")
        ? Path.of("/" + Locations.normalise(warehouse).substring("file:///".length()))
        : project.resolve(warehouse).normalize();
  }

  private static CatalogType kind(String name, String type) {
    List<String> known = new ArrayList<>(List.of(SQLITE));
    for (CatalogType kind : CatalogType.values()) {
      if (kind != CatalogType.CUSTOM) {
        known.add(name(kind));
      }
    }
    int at = known.indexOf(type.toLowerCase(Locale.ROOT));
    if (at < 1) {
      throw new IllegalArgumentException(
          "catalog '%s' has the unknown type '%s'%s; known: %s"
              .formatted(
                  name, type, Suggestions.didYouMean(type, known), String.join(", ", known)));
    }
    return CatalogType.values()[at - 1];
  }

  private static void resolveWarehouse(
      String name, CatalogType kind, Map<String, String> properties, Path project) {
    String written =
        kind == CatalogType.HIVE
            ? properties.get(CatalogProperties.WAREHOUSE_LOCATION)
            : warehouse(name, properties);
    if (written == null || !Locations.isLocal(written)) {
      return;
    }
    String location = written.startsWith("file:") ? written : absolute(written, project);
    properties.put(CatalogProperties.WAREHOUSE_LOCATION, location);
    if (!isService(kind)) {
      properties.putIfAbsent(CatalogProperties.FILE_IO_IMPL, LocalFileIO.class.getName());
    }
    if (kind == CatalogType.HADOOP) {
      properties.putIfAbsent(CatalogProperties.LOCK_IMPL, FileLockManager.class.getName());
    }
  }

  /** Whether the catalog is a service whose tables lie where the client says. */
  private static boolean isService(CatalogType kind) {
    return kind == CatalogType.HIVE || kind == CatalogType.NESSIE;
  }

  private static String absolute(String warehouse, Path project) {
    return "file://" + project.resolve(warehouse).normalize();
  }

  private static String warehouse(String name, Map<String, String> properties) {
    String warehouse = properties.get(CatalogProperties.WAREHOUSE_LOCATION);
    if (warehouse == null || warehouse.isBlank()) {
      throw new IllegalArgumentException("catalog '%s' needs a 'warehouse'".formatted(name));
    }
    return warehouse;
  }
}
