package io.bergview.refresh.write;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.LayoutSettings;
import io.bergview.projection.definition.LayoutSettings.PartitionKey;
import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.projection.definition.LayoutSettings.SortKey;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.NullOrder;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortDirection;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The layout of a view's table: {@code $partitionBy}, {@code $sortBy}, {@code $shards}, or the
 * defaults of its projection.
 *
 * <ul>
 *   <li>{@code olap}: scans. zstd, row groups of 122,880 rows, partitioned by time if large enough;
 *       merges rewrite files.
 *   <li>{@code oltp}: point lookups. Sorted by key, row groups of 10,240 rows, Bloom filters on
 *       {@code $lookup}; merges write deletes.
 *   <li>{@code both}: sorted by key, row groups of 61,440 rows, zstd; merges write deletes, and
 *       rewrite a file once a tenth of it is deleted.
 * </ul>
 *
 * @param partitions in order, with that of the shards
 * @param sort in order
 * @param rowGroupRows rows of a Parquet row group
 * @param lookup columns with Bloom filters
 * @param sharding the shards, if it has some
 * @param replicas copies of each data file, where the storage keeps them; empty for its default
 */
public record Layout(
    Projection projection,
    List<PartitionKey> partitions,
    List<SortKey> sort,
    long rowGroupRows,
    String compression,
    List<String> lookup,
    Optional<Sharding> sharding,
    Optional<Replicas> replicas) {
  public Layout {
    requireNonNull(projection, "projection is null");
    partitions = List.copyOf(partitions);
    sort = List.copyOf(sort);
    requireNonNull(compression, "compression is null");
    lookup = List.copyOf(lookup);
    requireNonNull(sharding, "sharding is null");
    requireNonNull(replicas, "replicas is null");
  }

  /**
   * The layout of a view, by its definition and, where that leaves it open, by the size, the
   * bucketing and the copies of its root table.
   *
   * @throws io.bergview.errors.DefinitionException where a layout setting names no column, or one
   *     of another type
   */
  public static Layout of(Function<TableName, Optional<Table>> tables, ResolvedView view) {
    Optional<SourceTable> root = root(view);
    Optional<Table> table = root.flatMap(source -> tables.apply(source.table()));
    return of(
        view,
        table.flatMap(found -> TimePartitioning.of(view, found)),
        Sharding.of(view, root, table),
        Replicas.of(view, table));
  }

  /** The layout of a view, partitioned by time, sharded and copied as its table is. */
  public static Layout of(Table stored, ResolvedView view) {
    return of(
        view,
        TimePartitioning.already(stored),
        Sharding.stored(view, root(view), stored),
        Replicas.stored(view, stored));
  }

  private static Optional<SourceTable> root(ResolvedView view) {
    return view.definition().query().isPresent()
        ? view.sources().stream().findFirst()
        : view.plan().scans().map(Plan.Scan::source).findFirst();
  }

  /**
   * @param byTime the partitioning by time that the source's size suggests, for {@code olap}
   *     without {@code $partitionBy}
   */
  private static Layout of(
      ResolvedView view,
      Optional<PartitionKey> byTime,
      Optional<Sharding> sharding,
      Optional<Replicas> replicas) {
    ViewDefinition definition = view.definition();
    LayoutSettings settings = definition.layout();
    List<ColumnPath> key =
        view.key().stream().filter(name -> hasColumn(view, name)).map(ColumnPath::of).toList();
    boolean keyed = definition.projection() != Projection.OLAP && key.size() == view.key().size();
    List<PartitionKey> partitions =
        new ArrayList<>(
            settings
                .partitionBy()
                .orElse(
                    definition.projection() == Projection.OLAP
                        ? byTime.stream().toList()
                        : List.of()));
    sharding.ifPresent(shards -> partitions.add(shards.partition()));
    List<SortKey> sort =
        settings
            .sortBy()
            .orElse(
                keyed
                    ? key.stream().map(column -> new SortKey(column, false)).toList()
                    : List.of());
    Layout layout =
        new Layout(
            definition.projection(),
            partitions,
            sort,
            switch (definition.projection()) {
              case OLAP -> 122_880;
              case OLTP -> 10_240;
              case BOTH -> 61_440;
            },
            "zstd",
            settings.lookup().stream().map(ColumnPath::last).toList(),
            sharding,
            replicas);
    layout.check(view);
    return layout;
  }

  private static boolean hasColumn(ResolvedView view, String name) {
    return view.columns().stream().anyMatch(column -> column.name().equals(name));
  }

  private void check(ResolvedView view) {
    for (PartitionKey partition : partitions) {
      column(view, partition.column(), "$partitionBy");
    }
    for (SortKey key : sort) {
      Type type = column(view, key.column(), "$sortBy");
      if (!type.isPrimitiveType()) {
        throw view.definition()
            .origin()
            .failure(
                ProblemKind.WRONG_TYPE,
                key.column().at().isEmpty() ? "$sortBy" : key.column().at(),
                "view "
                    + view.definition().name()
                    + " cannot be sorted by '"
                    + key.column()
                    + "', which is "
                    + type);
      }
    }
    lookup.forEach(name -> column(view, ColumnPath.of(name), "$lookup"));
    try {
      spec(view.schema());
    } catch (IllegalArgumentException | ValidationException e) {
      throw view.definition()
          .origin()
          .failure(
              ProblemKind.WRONG_VALUE,
              "$partitionBy",
              "view " + view.definition().name() + ": " + e.getMessage());
    }
  }

  /** The type of a column that may be named. */
  private static Type column(ResolvedView view, ColumnPath name, String setting) {
    List<Types.NestedField> columns =
        view.schema().columns().stream()
            .filter(column -> !column.name().equals(ResolvedView.STATE))
            .toList();
    List<String> names = columns.stream().map(Types.NestedField::name).toList();
    return columns.stream()
        .filter(column -> column.name().equals(name.last()) && name.segments().size() == 1)
        .findFirst()
        .map(Types.NestedField::type)
        .orElseThrow(
            () ->
                view.definition()
                    .origin()
                    .failure(
                        ProblemKind.UNKNOWN_COLUMN,
                        name.at().isEmpty() ? setting : name.at(),
                        setting
                            + " of view "
                            + view.definition().name()
                            + " names '"
                            + name
                            + "', which is not one of its columns"
                            + Suggestions.didYouMean(name.toString(), names)));
  }

  /** The partition spec, bound to a schema that has these columns. */
  public PartitionSpec spec(Schema schema) {
    PartitionSpec.Builder builder = PartitionSpec.builderFor(schema);
    for (PartitionKey key : partitions) {
      String name = key.column().last();
      switch (key.transform()) {
        case IDENTITY -> builder.identity(name);
        case YEAR -> builder.year(name);
        case MONTH -> builder.month(name);
        case DAY -> builder.day(name);
        case HOUR -> builder.hour(name);
        case BUCKET -> builder.bucket(name, key.width());
        case TRUNCATE -> builder.truncate(name, key.width());
      }
    }
    return builder.build();
  }

  /** The sort order, bound to a schema that has these columns. */
  public SortOrder sortOrder(Schema schema) {
    SortOrder.Builder builder = SortOrder.builderFor(schema);
    for (SortKey key : sort) {
      builder.sortBy(
          key.column().last(),
          key.descending() ? SortDirection.DESC : SortDirection.ASC,
          key.descending() ? NullOrder.NULLS_LAST : NullOrder.NULLS_FIRST);
    }
    return builder.build();
  }

  /** Table properties that make other writers keep the layout. */
  public Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    String mode = projection == Projection.OLTP ? "merge-on-read" : "copy-on-write";
    properties.put(TableProperties.PARQUET_COMPRESSION, compression);
    properties.put(TableProperties.DELETE_MODE, mode);
    properties.put(TableProperties.UPDATE_MODE, mode);
    properties.put(TableProperties.MERGE_MODE, mode);
    lookup.forEach(
        column ->
            properties.put(
                TableProperties.PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX + column, "true"));
    return properties;
  }

  /** For display, a line each. */
  public List<String> describe() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "projection "
            + projection.name().toLowerCase(Locale.ROOT)
            + ": "
            + switch (projection) {
              case OLAP -> "merges rewrite the touched files";
              case OLTP -> "merges write delete files";
              case BOTH ->
                  "merges write delete files, and rewrite a file once a tenth of it is gone";
            });
    lines.add(
        "partitioned by "
            + (partitions.isEmpty()
                ? "nothing"
                : partitions.stream().map(Layout::describe).collect(Collectors.joining(", "))));
    lines.add(
        "sorted by "
            + (sort.isEmpty()
                ? "nothing"
                : sort.stream()
                    .map(key -> key.column() + (key.descending() ? " descending" : ""))
                    .collect(Collectors.joining(", "))));
    lines.add("Parquet, " + compression + ", row groups of " + rowGroupRows + " rows");
    if (!lookup.isEmpty()) {
      lines.add("Bloom filters on " + String.join(", ", lookup));
    }
    replicas.ifPresent(kept -> lines.add(kept.describe()));
    return lines;
  }

  private static String describe(PartitionKey key) {
    return switch (key.transform()) {
      case IDENTITY -> key.column().toString();
      case BUCKET, TRUNCATE ->
          key.transform().name().toLowerCase(Locale.ROOT)
              + "["
              + key.width()
              + "]("
              + key.column()
              + ")";
      default -> key.transform().name().toLowerCase(Locale.ROOT) + "(" + key.column() + ")";
    };
  }
}
