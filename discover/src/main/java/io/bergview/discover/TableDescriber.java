package io.bergview.discover;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.ProjectDefinitions;
import io.bergview.catalog.lineage.SummaryNumbers;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewListing;
import io.bergview.discover.TableDescription.Column;
import io.bergview.discover.TableDescription.Snapshots;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.TableName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.SortField;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/** Reads what the metadata of a table say. */
public final class TableDescriber {
  private static final String OWN_PROPERTIES = "bergview.";

  private final ProjectContext context;

  public TableDescriber(ProjectContext context) {
    this.context = context;
  }

  /**
   * Reads metadata only.
   *
   * @param name {@code [catalog.]namespace.table}, a name that is not plain in backticks, perhaps
   *     with a branch or a tag: {@code shop.orders@audit}
   * @throws UsageException if it names no table of a namespace
   * @throws io.bergview.errors.NotFoundException {@code SOURCE_NOT_FOUND}, {@code
   *     SOURCE_REF_NOT_FOUND}
   */
  public TableDescription describe(String name) {
    Catalogs catalogs = context.catalogs();
    TableName written = parse(name, catalogs);
    Table table = catalogs.loadToRead(written);
    String catalog = catalogs.nameFor(written);
    TableName whole = catalogs.tableName(catalog, catalogs.identifier(written));
    TableName shown = written.ref().map(whole::at).orElse(whole);
    FoundTable found = new FoundTable(shown, catalogs.qualified(written), table);
    List<UnreadableTable> unreadable = new ArrayList<>();
    KnownTypes types = KnownTypes.none();
    try {
      types = KnownTypes.of(ProjectDefinitions.read(context.project()), catalogs);
    } catch (DefinitionException e) {
      unreadable.add(new UnreadableTable("types/", e));
    }
    ViewListing listing = context.registry().listing();
    listing
        .unreadable()
        .forEach(broken -> unreadable.add(new UnreadableTable(broken.name(), broken.error())));
    return new TableDescription(
        ListedTable.of(found, types),
        table.location(),
        table.uuid().toString(),
        TableUtil.formatVersion(table),
        table.schema().schemaId(),
        columns(table.schema()),
        partitioning(table),
        sortOrder(table),
        snapshots(table),
        refs(catalogs.loadToRead(written.withoutRef())),
        properties(table),
        types.of(found.qualified()),
        readers(listing, found.qualified()),
        unreadable);
  }

  private static TableName parse(String name, Catalogs catalogs) {
    try {
      return TableName.parse(name, catalogs.names());
    } catch (IllegalArgumentException e) {
      throw new UsageException(ErrorCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private static List<String> readers(ViewListing listing, TableName table) {
    return listing.views().stream()
        .filter(view -> view.reads().containsValue(table))
        .map(RegisteredView::name)
        .sorted()
        .toList();
  }

  private static List<Column> columns(Schema schema) {
    List<Column> columns = new ArrayList<>();
    for (NestedField field : schema.columns()) {
      add(field, List.of(), schema, columns);
    }
    return columns;
  }

  private static void add(
      NestedField field, List<String> above, Schema schema, List<Column> columns) {
    List<String> path = new ArrayList<>(above);
    path.add(field.name());
    columns.add(
        new Column(
            field.fieldId(),
            path(path),
            kind(field.type()),
            field.isRequired(),
            schema.identifierFieldIds().contains(field.fieldId()),
            Optional.ofNullable(field.doc()).filter(doc -> !doc.isBlank())));
    if (field.type().isNestedType()) {
      for (NestedField part : field.type().asNestedType().fields()) {
        boolean named = field.type().isStructType() || part.type().isNestedType();
        if (named) {
          add(part, path, schema, columns);
        }
      }
    }
  }

  /** As definitions write it; a name that is empty, which none can, as it is. */
  private static String path(List<String> path) {
    return path.stream().anyMatch(String::isEmpty)
        ? String.join(".", path)
        : new ColumnPath(path, "").toString();
  }

  /** Without the fields of a struct, which have lines of their own. */
  private static String kind(Type type) {
    return switch (type.typeId()) {
      case STRUCT -> "struct";
      case LIST -> "list<%s>".formatted(kind(type.asListType().elementType()));
      case MAP ->
          "map<%s, %s>"
              .formatted(kind(type.asMapType().keyType()), kind(type.asMapType().valueType()));
      default -> type.toString();
    };
  }

  private static List<String> partitioning(Table table) {
    List<String> fields = new ArrayList<>();
    for (PartitionField field : table.spec().fields()) {
      String column = column(table, field.sourceId());
      String transform = field.transform().toString();
      fields.add(
          transform.equals("identity")
              ? column
              : transform.endsWith("]")
                  ? transform.replace("[", "(").replace("]", ", " + column + ")")
                  : "%s(%s)".formatted(transform, column));
    }
    return fields;
  }

  private static List<String> sortOrder(Table table) {
    List<String> keys = new ArrayList<>();
    for (SortField field : table.sortOrder().fields()) {
      String column = column(table, field.sourceId());
      String key =
          field.transform().isIdentity() ? column : "%s(%s)".formatted(field.transform(), column);
      keys.add(
          "%s %s %s"
              .formatted(
                  key,
                  field.direction().name().toLowerCase(Locale.ROOT),
                  field.nullOrder().toString().toLowerCase(Locale.ROOT)));
    }
    return keys;
  }

  private static String column(Table table, int id) {
    String name = table.schema().findColumnName(id);
    return name == null ? "field " + id : name;
  }

  private static Snapshots snapshots(Table table) {
    int count = 0;
    Optional<Instant> oldest = Optional.empty();
    for (Snapshot snapshot : table.snapshots()) {
      count++;
      Instant time = Instant.ofEpochMilli(snapshot.timestampMillis());
      if (oldest.isEmpty() || time.isBefore(oldest.get())) {
        oldest = Optional.of(time);
      }
    }
    Optional<Snapshot> current = Optional.ofNullable(table.currentSnapshot());
    return new Snapshots(
        count,
        current.map(Snapshot::snapshotId),
        current.map(Snapshot::operation),
        oldest,
        current
            .map(
                s -> SummaryNumbers.number(s.summary(), SnapshotSummary.TOTAL_DELETE_FILES_PROP, 0))
            .orElse(0L));
  }

  private static Map<String, Long> refs(Table table) {
    Map<String, Long> refs = new LinkedHashMap<>();
    new TreeMap<>(table.refs()).forEach((name, ref) -> refs.put(name, ref.snapshotId()));
    return refs;
  }

  private static Map<String, String> properties(Table table) {
    Map<String, String> properties = new TreeMap<>(table.properties());
    properties.keySet().removeIf(name -> name.startsWith(OWN_PROPERTIES));
    return properties;
  }
}
