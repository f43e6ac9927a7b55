package io.bergview.catalog;

import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.catalog.storage.LocalFileIO;
import io.bergview.catalog.storage.PromptFileIO;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.StorageException;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import io.bergview.projection.definition.TableName;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchNamespaceException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The project's catalogs, each opened on first use and closed together. Thread-safe.
 *
 * <p>Hadoop's classes are loaded only for catalogs that need them. A catalog's properties that
 * begin with {@code hadoop.} go to its Hadoop configuration, without that prefix; {@code
 * HADOOP_CONF_DIR} is honoured.
 */
public final class Catalogs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Catalogs.class);
  private static final String SQLITE_URI = "jdbc:sqlite:";
  private static final String HADOOP_PREFIX = "hadoop.";
  private static final int MAX_NAMES_LISTED = 10_000;
  private static final int MAX_REFS_SHOWN = 20;

  /** How the names of tags begin that hold the snapshots of views. */
  private static final String OWN_TAGS = "bergview-";

  private final Project project;
  private final Secrets secrets;
  private final Map<String, Catalog> open = new LinkedHashMap<>();
  private final QueryTables tablesToRead = new QueryTables();

  public Catalogs(Project project) {
    this.project = project;
    this.secrets = project.secrets();
  }

  public Project project() {
    return project;
  }

  /** In the order of the project file. */
  public Set<String> names() {
    return project.catalogs().keySet();
  }

  public String defaultName() {
    return project.defaultCatalog();
  }

  /** The name of the catalog that a table is in. */
  public String nameFor(TableName table) {
    return table.catalog().orElse(defaultName());
  }

  /** The same table, with its catalog named: two names of one table give one. */
  public TableName qualified(TableName table) {
    return table.in(defaultName());
  }

  /**
   * @throws NotFoundException {@code CATALOG_NOT_FOUND}
   */
  public CatalogSettings settings(String name) {
    CatalogSettings settings = project.catalogs().get(name);
    if (settings == null) {
      throw new NotFoundException(
          ErrorCode.CATALOG_NOT_FOUND,
          "There is no catalog '%s' in %s%s; there are: %s"
              .formatted(
                  name,
                  Project.FILE,
                  Suggestions.didYouMean(name, names()),
                  String.join(", ", names())));
    }
    return settings;
  }

  /**
   * @throws NotFoundException {@code CATALOG_NOT_FOUND} or {@code CATALOG_MODULE_MISSING}
   * @throws StorageException {@code CATALOG_UNREACHABLE}, {@code ACCESS_DENIED} or {@code
   *     STORAGE_FAILED}
   */
  public synchronized Catalog catalog(String name) {
    Catalog catalog = open.get(name);
    if (catalog == null) {
      CatalogSettings settings = settings(name);
      long started = System.nanoTime();
      try {
        catalog = open(settings);
      } catch (RuntimeException e) {
        throw failure(e, "open the catalog '" + name + "'", name, started);
      }
      open.put(name, catalog);
    }
    return catalog;
  }

  private static Catalog open(CatalogSettings settings) {
    CatalogModules.require(settings);
    ManifestReading.load();
    makeSqliteFolder(settings);
    Object hadoop = needsHadoop(settings) ? Hadoop.configuration(settings.properties()) : null;
    return settings.kind() == CatalogType.JDBC && hadoop != null
        ? jdbcOfRemoteFiles(settings, hadoop)
        : CatalogUtil.buildIcebergCatalog(settings.name(), settings.properties(), hadoop);
  }

  private static Catalog jdbcOfRemoteFiles(CatalogSettings settings, Object hadoop) {
    JdbcCatalog catalog =
        new JdbcCatalog(
            properties ->
                PromptFileIO.of(
                    CatalogUtil.loadFileIO(
                        properties.getOrDefault(
                            CatalogProperties.FILE_IO_IMPL, HadoopFileIO.class.getName()),
                        properties,
                        hadoop)),
            null,
            true);
    catalog.setConf(hadoop);
    catalog.initialize(settings.name(), settings.properties());
    return catalog;
  }

  private static void makeSqliteFolder(CatalogSettings settings) {
    String uri = settings.properties().getOrDefault(CatalogProperties.URI, "");
    if (!uri.startsWith(SQLITE_URI)) {
      return;
    }
    String file = uri.substring(SQLITE_URI.length()).replaceFirst("\\?.*", "");
    Path folder = Path.of(file).toAbsolutePath().getParent();
    if (folder != null && !file.startsWith(":memory:")) {
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static boolean needsHadoop(CatalogSettings settings) {
    return settings.kind() != CatalogType.JDBC
        || !LocalFileIO.class
            .getName()
            .equals(settings.properties().get(CatalogProperties.FILE_IO_IMPL));
  }

  /** Apart, so that Hadoop's classes load only where they are needed. */
  private static final class Hadoop {
    static Object configuration(Map<String, String> properties) {
      Configuration configuration = new Configuration();
      // Otherwise Hadoop closes its file systems in a shutdown hook, while refreshes may still be
      // running.
      configuration.setBoolean("fs.automatic.close", false);
      String directory = System.getenv("HADOOP_CONF_DIR");
      if (directory != null) {
        for (String file : List.of("core-site.xml", "hdfs-site.xml", "hive-site.xml")) {
          Path path = Path.of(directory, file);
          if (Files.exists(path)) {
            configuration.addResource(new org.apache.hadoop.fs.Path(path.toUri()));
          }
        }
      }
      CatalogTimeouts.HIVE.forEach(configuration::setIfUnset);
      properties.forEach(
          (key, value) -> {
            if (key.startsWith(HADOOP_PREFIX)) {
              configuration.set(key.substring(HADOOP_PREFIX.length()), value);
            }
          });
      return configuration;
    }
  }

  /**
   * What Hadoop's file systems are told of a catalog's storage.
   *
   * @throws NotFoundException {@code CATALOG_NOT_FOUND}
   */
  public Configuration hadoop(String name) {
    return (Configuration) Hadoop.configuration(settings(name).properties());
  }

  /** The table's name inside its catalog, checked: a Hadoop catalog makes paths of it. */
  public TableIdentifier identifier(TableName table) {
    CatalogSettings settings = settings(nameFor(table));
    if (settings.kind() == CatalogType.HADOOP) {
      table.namespace().forEach(level -> refusePath(level, table));
      refusePath(table.name(), table);
    }
    return TableIdentifier.of(Namespace.of(table.namespace().toArray(String[]::new)), table.name());
  }

  private static void refusePath(String name, TableName table) {
    if (name.isEmpty()
        || name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || name.indexOf('\\') >= 0) {
      throw new UsageException(
          ErrorCode.USAGE,
          "'%s' in table %s cannot be the name of a folder, as a Hadoop catalog needs"
              .formatted(name, table));
    }
  }

  /** The inverse of {@link #identifier}; the default catalog is left unnamed. */
  public TableName tableName(String catalog, TableIdentifier identifier) {
    return new TableName(
        catalog.equals(defaultName()) ? Optional.empty() : Optional.of(catalog),
        List.of(identifier.namespace().levels()),
        identifier.name());
  }

  /**
   * @throws NotFoundException {@code SOURCE_NOT_FOUND}, or {@code SOURCE_REF_NOT_FOUND} where the
   *     table has no such branch or tag, with names that are near
   * @throws io.bergview.errors.SourceException {@code SOURCE_UNSUPPORTED} where it is a metadata
   *     table or an Iceberg view
   * @throws StorageException {@code CATALOG_UNREACHABLE}, {@code ACCESS_DENIED} or {@code
   *     STORAGE_FAILED}
   */
  public Table load(TableName table) {
    return find(table).orElseThrow(() -> missing(table));
  }

  private NotFoundException missing(TableName table) {
    if (table.ref().isPresent()) {
      Table whole = load(table.withoutRef());
      return missingRef(shown(table), whole);
    }
    String name = nameFor(table);
    NoSource.refuseView(catalog(name), identifier(table), table);
    return new NotFoundException(
        ErrorCode.SOURCE_NOT_FOUND,
        "There is no table %s in catalog '%s'%s".formatted(table, name, nearTables(table)));
  }

  /**
   * Says more of a name that no table has.
   *
   * @throws io.bergview.errors.SourceException {@code SOURCE_UNSUPPORTED} where it is an Iceberg
   *     view
   */
  public void refuseView(TableName table) {
    NoSource.refuseView(catalog(nameFor(table)), identifier(table), table);
  }

  /** As a message names a table: the default catalog is left unnamed. */
  private TableName shown(TableName table) {
    TableName whole = tableName(nameFor(table), identifier(table));
    return table.ref().map(whole::at).orElse(whole);
  }

  /**
   * That a table has no such branch or tag.
   *
   * @param table the one without the ref
   */
  public static NotFoundException missingRef(TableName name, Table table) {
    String ref = name.ref().orElseThrow();
    List<String> refs = new ArrayList<>(new TreeSet<>(table.refs().keySet()));
    refs.removeIf(known -> known.startsWith(OWN_TAGS));
    List<String> shown = refs.subList(0, Math.min(refs.size(), MAX_REFS_SHOWN));
    return new NotFoundException(
        ErrorCode.SOURCE_REF_NOT_FOUND,
        "Table %s has no branch or tag '%s'%s; it has %s%s"
            .formatted(
                name.withoutRef(),
                ref,
                Suggestions.didYouMean(ref, refs),
                refs.isEmpty() ? "none" : String.join(", ", shown),
                refs.size() > shown.size()
                    ? " and %d more".formatted(refs.size() - shown.size())
                    : ""));
  }

  /** As {@link #load}, empty if there is no such table, or it has no such branch or tag. */
  public Optional<Table> find(TableName table) {
    if (table.ref().isPresent()) {
      return find(table.withoutRef()).flatMap(found -> TableAtRef.of(found, table));
    }
    String name = nameFor(table);
    TableIdentifier identifier = identifier(table);
    Catalog catalog = catalog(name);
    long started = System.nanoTime();
    try {
      return Optional.of(NoSource.refuseMetadata(catalog.loadTable(identifier), table));
    } catch (NoSuchTableException | NoSuchNamespaceException e) {
      return Optional.empty();
    } catch (RuntimeException e) {
      throw failure(e, "read table " + table, name, started);
    }
  }

  /**
   * As {@link #find}, for reading: the current state of the table. Do not refresh it or commit to
   * it; others may be reading it. Only reads the catalog's pointer, unless it has moved since the
   * last call.
   */
  public Optional<Table> findToRead(TableName table) {
    if (table.ref().isPresent()) {
      return findToRead(table.withoutRef()).flatMap(found -> TableAtRef.of(found, table));
    }
    String name = nameFor(table);
    TableIdentifier identifier = identifier(table);
    Catalog catalog = catalog(name);
    long started = System.nanoTime();
    try {
      return Optional.of(
          NoSource.refuseMetadata(tablesToRead.load(name, catalog, identifier), table));
    } catch (NoSuchTableException | NoSuchNamespaceException e) {
      return Optional.empty();
    } catch (RuntimeException e) {
      throw failure(e, "read table " + table, name, started);
    }
  }

  /** As {@link #load}, for reading: see {@link #findToRead}. */
  public Table loadToRead(TableName table) {
    return findToRead(table).orElseGet(() -> load(table));
  }

  private String nearTables(TableName table) {
    try {
      List<String> names =
          catalog(nameFor(table)).listTables(identifier(table).namespace()).stream()
              .limit(MAX_NAMES_LISTED)
              .map(TableIdentifier::name)
              .toList();
      return names.isEmpty()
          ? "; its namespace has no tables"
          : Suggestions.didYouMean(table.name(), names);
    } catch (RuntimeException noNamespace) {
      return "; there is no namespace " + String.join(".", table.namespace());
    }
  }

  /**
   * What another system's failure means for the user.
   *
   * @param doing what was tried, to follow "Cannot"
   */
  public BergviewException failure(RuntimeException failure, String doing, String catalog) {
    return failure(failure, doing, catalog, System.nanoTime());
  }

  /**
   * As {@link #failure(RuntimeException, String, String)}; of a catalog that cannot be reached it
   * says for how long that was tried.
   *
   * @param started {@link System#nanoTime} when it was begun
   */
  public BergviewException failure(
      RuntimeException failure, String doing, String catalog, long started) {
    Map<String, String> properties = settings(catalog).properties();
    String warehouse = properties.getOrDefault(CatalogProperties.WAREHOUSE_LOCATION, catalog);
    return Failures.translate(
        failure,
        doing,
        properties.getOrDefault(CatalogProperties.URI, warehouse),
        Duration.ofNanos(System.nanoTime() - started),
        secrets);
  }

  @Override
  public synchronized void close() {
    for (Map.Entry<String, Catalog> catalog : open.entrySet()) {
      if (catalog.getValue() instanceof Closeable closeable) {
        try {
          closeable.close();
        } catch (IOException | RuntimeException e) {
          LOG.warn("Cannot close catalog {}: {}", catalog.getKey(), secrets.mask(e.getMessage()));
        }
      }
    }
    open.clear();
  }
}
