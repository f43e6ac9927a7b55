package io.bergview.catalog;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One named catalog of a project.
 *
 * @param properties Iceberg's own, complete: short forms spelled out, paths absolute, environment
 *     variables filled in. They may hold secrets; {@link #toString} hides those.
 */
public record CatalogSettings(String name, CatalogType kind, Map<String, String> properties) {
  /** Iceberg's catalog types, and any class by name. */
  public enum CatalogType {
    JDBC,
    HADOOP,
    HIVE,
    REST,
    GLUE,
    NESSIE,
    BIGQUERY,
    CUSTOM;

    /** Whether a namespace can carry properties of ours. */
    public boolean keepsNamespaceProperties() {
      return this != HADOOP;
    }

    /** Whether a table can be created at a location that we choose. */
    public boolean placesTables() {
      return this == JDBC || this == HIVE || this == REST || this == GLUE || this == NESSIE;
    }

    /** Whether a namespace can lie in another one. */
    public boolean nestsNamespaces() {
      return this != HIVE && this != GLUE && this != BIGQUERY;
    }
  }

  public CatalogSettings {
    requireNonNull(name, "name is null");
    requireNonNull(kind, "kind is null");
    properties = Collections.unmodifiableMap(new TreeMap<>(properties));
  }

  @Override
  public String toString() {
    return name + " " + Secrets.masked(properties);
  }
}
