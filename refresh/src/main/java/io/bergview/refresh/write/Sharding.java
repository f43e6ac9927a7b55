package io.bergview.refresh.write;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Buckets;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.LayoutSettings;
import io.bergview.projection.definition.LayoutSettings.PartitionKey;
import io.bergview.projection.definition.LayoutSettings.Transform;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.ColumnOrigins;
import io.bergview.projection.plan.ColumnOrigins.ColumnUse;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Table;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * The shards of a view's table: the partitions of Iceberg's {@code bucket} by one column.
 *
 * @param column an output column of the view
 * @param base the table whose own bucketing they follow; empty if the view's definition says how
 *     many there are
 */
public record Sharding(String column, int count, Optional<TableName> base) {
  private static final String SHARDS = "$shards";
  private static final String SHARD_KEY = "$shardKey";
  private static final String BUCKETED =
      "an int, long, decimal, date, time, timestamp, string, uuid, fixed or binary column";

  public Sharding {
    requireNonNull(column, "column is null");
    requireNonNull(base, "base is null");
  }

  /** The partition key that they are the partitions of. */
  PartitionKey partition() {
    return new PartitionKey(ColumnPath.of(column), Transform.BUCKET, count);
  }

  /**
   * The shards of a table that is laid out now.
   *
   * @param root of the view
   * @param found its table, if there is one
   * @throws io.bergview.errors.DefinitionException where the view cannot be sharded as it says
   */
  static Optional<Sharding> of(
      ResolvedView view, Optional<SourceTable> root, Optional<Table> found) {
    Optional<Sharding> declared = declared(view);
    if (declared.isPresent() || !follows(view) || root.isEmpty() || found.isEmpty()) {
      return declared;
    }
    return buckets(found.get())
        .flatMap(field -> carried(view, root.get(), field).stream())
        .filter(sharding -> isOpen(view, sharding))
        .findFirst();
  }

  /**
   * The shards of a table that is laid out: where they follow a base, that of its bucketing then.
   *
   * @param root of the view
   */
  static Optional<Sharding> stored(ResolvedView view, Optional<SourceTable> root, Table table) {
    Optional<Sharding> declared = declared(view);
    if (declared.isPresent() || !follows(view) || root.isEmpty()) {
      return declared;
    }
    return buckets(table)
        .map(
            field ->
                new Sharding(
                    table.schema().findColumnName(field.sourceId()),
                    count(field),
                    Optional.of(root.get().table())))
        .filter(sharding -> isOpen(view, sharding))
        .findFirst();
  }

  /** Whether the number of shards is that of the base: a view says it with 0, or not at all. */
  private static boolean follows(ResolvedView view) {
    LayoutSettings settings = view.definition().layout();
    return settings.shards().isPresent() || settings.partitionBy().isEmpty();
  }

  /** Whether the column is the view's, and $partitionBy does not have the bucketing already. */
  private static boolean isOpen(ResolvedView view, Sharding sharding) {
    boolean there = view.columns().stream().anyMatch(c -> c.name().equals(sharding.column()));
    List<PartitionKey> keys = view.definition().layout().partitionBy().orElse(List.of());
    return there
        && keys.stream()
            .noneMatch(
                key ->
                    key.transform() == Transform.BUCKET
                        && key.column().equals(ColumnPath.of(sharding.column())));
  }

  private static Stream<PartitionField> buckets(Table table) {
    return table.spec().fields().stream().filter(field -> Buckets.of(field).isPresent());
  }

  private static int count(PartitionField field) {
    return Buckets.of(field).orElseThrow();
  }

  /** The output column that has the values of a root's bucketed column, unchanged. */
  private static Optional<Sharding> carried(
      ResolvedView view, SourceTable root, PartitionField field) {
    Types.NestedField column = root.schema().findField(field.sourceId());
    if (column == null) {
      return Optional.empty();
    }
    Set<ColumnOrigins.Origin> wanted =
        Set.of(new ColumnOrigins.Origin(root.table(), column.name(), ColumnUse.IDENTITY));
    return ColumnOrigins.of(view).columns().entrySet().stream()
        .filter(entry -> entry.getValue().equals(wanted))
        .findFirst()
        .map(entry -> new Sharding(entry.getKey(), count(field), Optional.of(root.table())));
  }

  private static Optional<Sharding> declared(ResolvedView view) {
    LayoutSettings settings = view.definition().layout();
    if (settings.shards().orElse(0) == 0) {
      return Optional.empty();
    }
    OutputColumn column =
        settings.shardKey().map(key -> named(view, key)).orElseGet(() -> ofKey(view));
    return Optional.of(new Sharding(column.name(), settings.shards().getAsInt(), Optional.empty()));
  }

  private static OutputColumn named(ResolvedView view, ColumnPath key) {
    String at = key.at().isEmpty() ? SHARD_KEY : key.at();
    OutputColumn column =
        visible(view, key.segments().size() == 1 ? key.last() : "")
            .orElseThrow(
                () ->
                    view.definition()
                        .origin()
                        .failure(ProblemKind.UNKNOWN_COLUMN, at, missing(view, key)));
    if (!isBucketed(column.type())) {
      throw view.definition()
          .origin()
          .failure(
              ProblemKind.WRONG_TYPE,
              at,
              "view %s cannot be sharded by '%s', which is %s: a shard key is %s"
                  .formatted(view.definition().name(), key, shown(column.type()), BUCKETED));
    }
    return column;
  }

  /** Why a view cannot be sharded by a column that it does not show. */
  private static String missing(ResolvedView view, ColumnPath key) {
    String name = view.definition().name();
    String hidden = ResolvedView.STATE + ".key." + key.last();
    if (key.segments().get(0).equals(ResolvedView.STATE) || view.key().contains(hidden)) {
      return "view %s cannot be sharded by '%s', which is hidden in %s: show it, with $select or in the query"
          .formatted(name, key, ResolvedView.STATE);
    }
    List<String> names = view.columns().stream().map(OutputColumn::name).toList();
    String meant = Suggestions.didYouMean(key.toString(), names);
    return "view %s cannot be sharded by '%s', which is not one of its columns%s"
        .formatted(name, key, meant.isEmpty() ? "; a shard key is a column that it shows" : meant);
  }

  /** The first column of the view's key that can be bucketed. */
  private static OutputColumn ofKey(ResolvedView view) {
    List<OutputColumn> shown =
        view.key().stream().flatMap(name -> visible(view, name).stream()).toList();
    String name = view.definition().name();
    if (shown.isEmpty()) {
      throw view.definition()
          .origin()
          .failure(
              ProblemKind.WRONG_VALUE,
              SHARDS,
              "view %s shows no key to spread rows by; name a column with $shardKey (SHARD KEY in SQL)"
                  .formatted(name));
    }
    return shown.stream()
        .filter(column -> isBucketed(column.type()))
        .findFirst()
        .orElseThrow(
            () ->
                view.definition()
                    .origin()
                    .failure(
                        ProblemKind.WRONG_TYPE,
                        SHARDS,
                        "view %s cannot be sharded by its key: '%s' is %s; name %s with $shardKey (SHARD KEY in SQL)"
                            .formatted(
                                name, shown.get(0).name(), shown(shown.get(0).type()), BUCKETED)));
  }

  private static Optional<OutputColumn> visible(ResolvedView view, String name) {
    return view.columns().stream().filter(column -> column.name().equals(name)).findFirst();
  }

  private static boolean isBucketed(Type type) {
    return type.isPrimitiveType() && Transforms.bucket(1).canTransform(type);
  }

  private static String shown(Type type) {
    return type.isPrimitiveType()
        ? type.toString()
        : "a " + type.typeId().name().toLowerCase(Locale.ROOT);
  }

  /** For display. */
  public String describe() {
    return "%,d shard%s by %s, %s"
        .formatted(
            count,
            count == 1 ? "" : "s",
            column,
            base.map(table -> "from the bucketing of " + table).orElse("as declared"));
  }
}
