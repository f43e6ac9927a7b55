package io.bergview.query;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static io.bergview.projection.sql.DuckDbTypes.sqlType;
import static java.util.stream.Collectors.joining;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.TableAtRef;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.SourceColumns;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.catalog.view.ViewTypes;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.SourceException;
import io.bergview.errors.UsageException;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.pipeline.engine.DuplicateKeys;
import io.bergview.pipeline.engine.EmbeddedSession;
import io.bergview.pipeline.scan.Relation;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.projection.definition.AsOf;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.OutputColumn;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.PlanSources;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.plan.UniqueCheck;
import io.bergview.projection.sql.DuckDbSql;
import io.bergview.projection.sql.Relations;
import io.bergview.query.ResultOrigin.TableRead;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.damage.Damage;
import io.bergview.staleness.damage.LostFile;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.types.Types;

/**
 * The tables that one query reads, each loaded once and read at one snapshot: the current one, or
 * that of the requested instant. Where SQL names a moment for a table, that table is read at its
 * snapshot too, or instead. The relation of each of them has its columns as {@code c<field id>}.
 */
final class PinnedTables implements AutoCloseable {
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final Staleness staleness;
  private final DuckDbSession session;
  private final TableScanner scanner;
  private final Optional<AsOf> asOf;
  private final Tolerance tolerance;
  private final Map<TableName, Table> loaded = new HashMap<>();
  private final Map<TableName, PinnedSnapshot> tables = new LinkedHashMap<>();
  private final Map<PastTable, PinnedSnapshot> past = new LinkedHashMap<>();
  private final Map<SnapshotKey, TableRead> read = new LinkedHashMap<>();
  private final Map<TableName, Optional<RegisteredView>> askedInstead = new HashMap<>();
  private final Deque<Relation> relations = new ArrayDeque<>();

  /** A table as SQL names it with a moment. */
  private record PastTable(TableName name, AsOf moment) {}

  /** A table may be read at several snapshots. */
  private record SnapshotKey(TableName name, long snapshotId) {}

  PinnedTables(
      ProjectContext context, DuckDbSession session, Optional<AsOf> asOf, Tolerance tolerance) {
    this.catalogs = context.catalogs();
    this.registry = context.registry();
    this.staleness = context.staleness();
    this.session = session;
    this.scanner = context.scanner();
    this.asOf = asOf;
    this.tolerance = tolerance;
  }

  /**
   * A queried or answering view, which is already loaded.
   *
   * @param forItself whether its own table answers
   */
  void view(RegisteredView view, boolean forItself) {
    TableName name = view.qualifiedName();
    loaded.put(name, view.table());
    tables.put(name, moment(name, view.table()));
    askedInstead.put(name, forItself ? Optional.empty() : Optional.of(view));
  }

  /** The visible columns of a table, or of the view that it holds. */
  Schema schema(TableName table) {
    return viewToExpand(table)
        .map(this::resolve)
        .map(view -> new Schema(view.schema().columns().subList(0, view.columns().size())))
        .orElseGet(() -> ViewTypes.visible(at(table).table(), at(table).schema()));
  }

  /** The visible columns that a table had at a moment. */
  Schema schema(TableName table, AsOf moment) {
    PinnedSnapshot then = past(table, moment);
    return ViewTypes.visible(then.table(), then.schema());
  }

  private EmbeddedSession engine() {
    return new EmbeddedSession(session, scanner);
  }

  /** The view's definition over the columns that it froze, as far as they are still there. */
  private ResolvedView resolve(RegisteredView view) {
    Map<String, SourceColumns> now = new HashMap<>();
    view.definition()
        .sources()
        .forEach(
            (type, source) -> {
              if (viewToExpand(source.table()).isEmpty()) {
                PinnedSnapshot moment = at(source.table());
                now.put(type, SourceColumns.of(moment.table(), moment.schema()));
              }
            });
    return FrozenTypes.resolve(view.definition(), now);
  }

  /**
   * The relation of each source of a query, after the keys of its to-one relations are checked. Of
   * a table that is read once, only files that may have rows that pass its filter are read.
   *
   * @throws io.bergview.errors.DataException {@code DUPLICATE_KEY}
   */
  Relations sources(String name, ResolvedView view) {
    List<RootScan> filtered =
        RootScan.all(view.plan()).stream()
            .filter(scan -> scan.filter().isPresent() && once(scan, view))
            .toList();
    Relations from = relations(view, filtered);
    if (RootScan.of(view.plan()).filter(filtered::contains).isPresent()) {
      DuplicateKeys.refuseAmong(engine(), name, view.checks(), from);
    } else {
      DuplicateKeys.refuse(engine(), name, view.checks(), from);
    }
    return from;
  }

  /** Whether a table is read for these rows only, so that files can be left out. */
  private static boolean once(RootScan scan, ResolvedView view) {
    String type = scan.scan().source().type();
    boolean isRoot = RootScan.of(view.plan()).filter(scan::equals).isPresent();
    boolean alone =
        RootScan.all(view.plan()).stream()
            .filter(other -> other.scan().source().type().equals(type))
            .allMatch(scan::equals);
    return alone
        && view.checks().stream().noneMatch(check -> check.type().equals(type))
        && view.checks().stream()
            .map(UniqueCheck::references)
            .flatMap(plan -> (isRoot ? plan.otherScans().stream() : plan.scans()))
            .noneMatch(other -> other.source().type().equals(type));
  }

  private Relations relations(ResolvedView view, List<RootScan> filtered) {
    List<Plan> plans = new ArrayList<>();
    plans.add(view.plan());
    for (UniqueCheck check : view.checks()) {
      plans.add(check.target());
      plans.add(check.references());
    }
    Map<String, String> from = new HashMap<>();
    for (SourceTable source : PlanSources.of(plans.toArray(Plan[]::new))) {
      Optional<RootScan> pruned =
          filtered.stream()
              .filter(scan -> scan.scan().source().type().equals(source.type()))
              .findFirst();
      from.put(source.type(), source(source, pruned));
    }
    return source ->
        Optional.ofNullable(from.get(source.type()))
            .orElseThrow(() -> new IllegalStateException(source.table() + " is not pinned"));
  }

  private String source(SourceTable source, Optional<RootScan> root) {
    Optional<RegisteredView> upstream =
        source.asOf().isPresent() ? Optional.empty() : viewToExpand(source.table());
    if (upstream.isPresent()) {
      return define(upstream.get(), source.schema());
    }
    PinnedSnapshot moment =
        source.asOf().isPresent() ? past(source.table(), source.asOf().get()) : at(source.table());
    Expression prune =
        root.<Expression>map(
                scan ->
                    FilePruning.of(
                        scan.filter().orElseThrow(),
                        scan.scan(),
                        moment.table().schema(),
                        moment.table().specs().values()))
            .orElse(Expressions.alwaysTrue());
    List<FileScanTask> files =
        scanner.files(moment.table(), moment.id(), source.schema()).where(prune);
    Relation relation = scanner.read(session, moment.table(), files, source.schema(), prune);
    relations.push(relation);
    read.merge(
        new SnapshotKey(moment.name(), moment.shownId()),
        read(moment, relation.size()),
        PinnedTables::together);
    return relation.sql();
  }

  private static TableRead read(PinnedSnapshot moment, Relation.Size size) {
    return new TableRead(
        moment.name(),
        moment.shownId(),
        moment.snapshot().map(s -> Instant.ofEpochMilli(s.timestampMillis())),
        size.files(),
        size.bytes());
  }

  private static TableRead together(TableRead one, TableRead other) {
    return new TableRead(
        one.table(),
        one.snapshotId(),
        one.committedAt(),
        one.files() + other.files(),
        one.bytes() + other.bytes());
  }

  /**
   * The rows that a view's definition gives over its sources now.
   *
   * @param columns some of the view's visible columns by name, their ids being the caller's
   */
  private String define(RegisteredView upstream, Schema columns) {
    ResolvedView view = resolve(upstream);
    Relations from = relations(view, List.of());
    DuplicateKeys.refuse(engine(), upstream.name(), view.checks(), from);
    String outputs =
        columns.columns().stream()
            .map(
                field ->
                    "CAST("
                        + column(output(upstream.name(), view, field).column().id())
                        + " AS "
                        + sqlType(field.type())
                        + ") AS "
                        + column(field.fieldId()))
            .collect(joining(", "));
    return "(SELECT "
        + (outputs.isEmpty() ? "1 AS one" : outputs)
        + " FROM ("
        + DuckDbSql.select(view.plan(), from)
        + ") AS d)";
  }

  private static OutputColumn output(String name, ResolvedView view, Types.NestedField field) {
    return view.columns().stream()
        .filter(column -> column.name().equals(field.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new SourceException(
                    ErrorCode.SOURCE_SCHEMA_CHANGED,
                    "View %s no longer has column '%s'; define the views that read it again"
                        .formatted(name, field.name())));
  }

  /** The view of a table, if its definition must be run in its place. */
  private Optional<RegisteredView> viewToExpand(TableName table) {
    if (asOf.isPresent()) {
      return Optional.empty();
    }
    TableName name = catalogs.qualified(table);
    Optional<RegisteredView> known = askedInstead.get(name);
    if (known == null) {
      known =
          registry
              .viewIn(name, at(name).table())
              .filter(view -> !view.definition().view().refresh().appends())
              .filter(view -> !tolerance.allows(staleness.state(view)));
      askedInstead.put(name, known);
    }
    return known;
  }

  private PinnedSnapshot at(TableName table) {
    TableName name = catalogs.qualified(table);
    PinnedSnapshot known = tables.get(name);
    if (known == null) {
      boolean onlyRoot = asOf.isPresent() && !(asOf.get() instanceof AsOf.Time);
      if (onlyRoot && !tables.isEmpty()) {
        throw new UsageException(
            ErrorCode.USAGE,
            "--as-of %s names a snapshot of one table, but the query also reads %s; use a time instead, which applies to all tables"
                .formatted(asOf.get().text(), table));
      }
      known = moment(name, loaded(name));
      tables.put(name, known);
    }
    return known;
  }

  private PinnedSnapshot past(TableName table, AsOf moment) {
    TableName name = catalogs.qualified(table);
    return past.computeIfAbsent(
        new PastTable(name, moment),
        unused -> PinnedSnapshot.past(shown(name), loaded(name), moment));
  }

  private Table loaded(TableName qualified) {
    Table known = loaded.get(qualified);
    if (known == null) {
      known = qualified.ref().isEmpty() ? catalogs.loadToRead(qualified) : atRef(qualified);
      loaded.put(qualified, known);
    }
    return known;
  }

  /** Of the same state of the table as all of its refs that the query reads. */
  private Table atRef(TableName qualified) {
    Table whole = loaded(qualified.withoutRef());
    return TableAtRef.of(whole, qualified)
        .orElseThrow(() -> Catalogs.missingRef(shown(qualified), whole));
  }

  private PinnedSnapshot moment(TableName qualified, Table table) {
    return asOf.map(moment -> PinnedSnapshot.past(shown(qualified), table, moment))
        .orElseGet(() -> PinnedSnapshot.now(shown(qualified), table));
  }

  private TableName shown(TableName qualified) {
    TableName table =
        catalogs.tableName(catalogs.nameFor(qualified), catalogs.identifier(qualified));
    return qualified.ref().map(table::at).orElse(table);
  }

  private Stream<PinnedSnapshot> snapshots() {
    return Stream.concat(tables.values().stream(), past.values().stream());
  }

  /** The view with a lost file that made reading fail. */
  Optional<RegisteredView> lostView(RuntimeException failure) {
    if (!Damage.mayExplain(failure)) {
      return Optional.empty();
    }
    return snapshots()
        .flatMap(moment -> view(moment).stream())
        .filter(view -> staleness.damage().ofView(view).isPresent())
        .findFirst();
  }

  private Optional<RegisteredView> view(PinnedSnapshot moment) {
    return moment.isNow() ? registry.viewIn(moment.name(), moment.table()) : Optional.empty();
  }

  /** A failure to read, converted to that of the table with a lost file, if there is one. */
  RuntimeException explained(RuntimeException failure) {
    if (!Damage.mayExplain(failure)) {
      return failure;
    }
    for (PinnedSnapshot moment : snapshots().toList()) {
      Optional<LostFile> lost =
          moment
              .snapshot()
              .flatMap(
                  snapshot -> staleness.damage().ofTable(moment.name(), moment.table(), snapshot));
      if (lost.isPresent()) {
        Optional<RegisteredView> view = view(moment);
        view.ifPresent(staleness.damage()::ofView);
        return view.map(damaged -> Damage.failure(damaged, lost.get(), failure))
            .orElseGet(() -> Damage.failure(moment.name(), lost.get(), failure));
      }
    }
    return failure;
  }

  /** What is read, in the order in which it was first met. */
  List<TableRead> reads() {
    return List.copyOf(read.values());
  }

  /** The snapshot at which a table is read. */
  Optional<Snapshot> snapshot(TableName table) {
    return at(table).snapshot();
  }

  @Override
  public void close() {
    while (!relations.isEmpty()) {
      relations.pop().close();
    }
  }
}
