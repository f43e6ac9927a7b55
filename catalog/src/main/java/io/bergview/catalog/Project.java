package io.bergview.catalog;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.projection.definition.EngineChoice;
import io.bergview.settings.MaintenanceSettings;
import io.bergview.settings.ProjectSettings;
import io.bergview.settings.ServeSettings;
import io.bergview.settings.SparkSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A project folder: {@code bergview.yaml}, {@code types/}, {@code views/}.
 *
 * @param directory absolute, where {@code bergview.yaml} is
 * @param catalogs by name, at least one
 * @param defaultCatalog the catalog that tables without a catalog in their name are in
 * @param engine of views that do not say
 */
public record Project(
    Path directory,
    Map<String, CatalogSettings> catalogs,
    String defaultCatalog,
    ProjectSettings settings,
    MaintenanceSettings maintenance,
    ServeSettings serve,
    EngineChoice engine,
    SparkSettings spark) {
  /** The project's file. */
  public static final String FILE = "bergview.yaml";

  /** The name of the default catalog unless configured; engines that share it use the same name. */
  public static final String DEFAULT_CATALOG = "lake";

  private static final String DEFAULT_TEXT =
      """
      # A Bergview project. Everything here is optional.

      # Iceberg catalogs by name. Without this section there is one, 'lake': a SQLite file at
      # warehouse/catalog.db, the tables beside it. Secrets come from the environment.
      #catalogs:
      #  lake: {type: sqlite, warehouse: warehouse}
      #  archive: {type: hadoop, warehouse: 'hdfs://namenode:8020/warehouse'}
      #  prod:
      #    type: rest
      #    uri: https://catalog.example.com
      #    credential: ${env:CATALOG_CREDENTIAL}

      # The catalog of tables that are named without one.
      #default-catalog: lake

      #settings:
      #  memory-limit: 4GiB          # beyond it, refreshes spill to temp-directory
      #  threads: 4
      #  temp-directory: .bergview/temp
      #  temp-limit: 50GiB
      #  cache-directory: .bergview/cache
      #  cache-limit: 10GiB
      #  target-file-size: 512MiB
      #  safety-age: 3d              # younger files are never taken for orphans

      # How much of the past is kept, and when files are merged.
      #maintenance:
      #  commits: 20                 # after so many commits 'bergview serve' keeps a view's table bounded
      #  retention: 7d               # of snapshots, where the view says nothing
      #  reader-grace: 5m            # files of snapshots that have gone stay so long for queries that read them
      #  max-snapshots: 100

      # What computes refreshes, where a view does not say: embedded, spark, or auto by size.
      #engine: embedded
      #spark:
      #  home: /usr/local/spark            # else SPARK_HOME
      #  master: local[*]
      #  driver-memory: 4GiB
      #  threshold: 32GB             # for auto

      # How 'bergview serve' keeps views fresh.
      #serve:
      #  workers: 2                  # refreshes at once
      #  refresh-timeout: 1h
      #  attempts: 5                 # before a refresh is given up
      #  backoff: 1s                 # before the second attempt; doubles each time
      #  backoff-limit: 5m
      #  poll-interval: 1s           # how often catalogs are asked for new commits
      #  stop-timeout: 30s
      #  address: 127.0.0.1          # any other needs a token
      #  port: 8710
      #  token: ${env:BERGVIEW_TOKEN}
      #  open-lineage:
      #    transport: {type: http, url: 'https://lineage.example.com'}
      #  hooks:
      #    - {on: [failure, recovered], command: [/usr/local/bin/tell-somebody]}
      """;

  public Project {
    requireNonNull(directory, "directory is null");
    catalogs = Collections.unmodifiableMap(new LinkedHashMap<>(catalogs));
    requireNonNull(defaultCatalog, "defaultCatalog is null");
    requireNonNull(settings, "settings is null");
    requireNonNull(maintenance, "maintenance is null");
    requireNonNull(serve, "serve is null");
    requireNonNull(engine, "engine is null");
    requireNonNull(spark, "spark is null");
    if (!catalogs.containsKey(defaultCatalog)) {
      throw new IllegalArgumentException("there is no catalog " + defaultCatalog);
    }
  }

  /**
   * The project that a folder lies in: the nearest {@code bergview.yaml} upwards from it.
   *
   * @throws NotFoundException {@code PROJECT_NOT_FOUND}
   * @throws io.bergview.errors.UsageException {@code PROJECT_INVALID}, with all that is wrong
   */
  public static Project open(Path directory) {
    return open(directory, System.getenv());
  }

  /** As {@link #open(Path)}, with the environment that {@code ${env:NAME}} reads. */
  public static Project open(Path directory, Map<String, String> environment) {
    Path start = directory.toAbsolutePath().normalize();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(FILE))) {
        return new ProjectReader(folder, environment).read();
      }
    }
    throw new NotFoundException(
        ErrorCode.PROJECT_NOT_FOUND,
        "There is no %s in %s or above it; 'bergview init' makes a project there"
            .formatted(FILE, start));
  }

  /** A {@code bergview.yaml} in which everything is explained and nothing is set. */
  public static String defaultText() {
    return DEFAULT_TEXT;
  }

  /** Hides the secrets of this project's settings in what is shown. */
  public Secrets secrets() {
    List<String> others = new ArrayList<>(ServeSecrets.of(serve));
    others.addAll(SparkSecrets.of(spark));
    return Secrets.of(catalogs.values(), others);
  }

  /** What is remembered here between one process and the next; it need not exist. */
  public Path stateDirectory() {
    return directory.resolve(".bergview");
  }

  /** Where the failures of refreshes, and commits that expired, are noted; it need not exist. */
  public Path journalDirectory() {
    return stateDirectory().resolve("journal");
  }

  /** {@code types/}, which need not exist. */
  public Path typesDirectory() {
    return directory.resolve("types");
  }

  /** {@code views/}, which need not exist. */
  public Path viewsDirectory() {
    return directory.resolve("views");
  }
}
