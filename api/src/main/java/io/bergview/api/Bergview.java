package io.bergview.api;

import static java.util.Objects.requireNonNull;

import io.bergview.api.sql.SqlExecutor;
import io.bergview.api.sql.SqlResult;
import io.bergview.catalog.Project;
import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.catalog.namespace.ProjectNamespaces;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.catalog.view.ViewTable;
import io.bergview.define.DefinePlan;
import io.bergview.define.ProjectApply;
import io.bergview.define.ProjectTypes;
import io.bergview.define.alter.AlterPlan;
import io.bergview.define.alter.ViewAlteration;
import io.bergview.define.alter.ViewAlterer;
import io.bergview.discover.DiscoverOptions;
import io.bergview.discover.DiscoverProgress;
import io.bergview.discover.DiscoverResult;
import io.bergview.discover.Discovery;
import io.bergview.discover.Drift;
import io.bergview.discover.DriftFinder;
import io.bergview.discover.TableDescriber;
import io.bergview.discover.TableDescription;
import io.bergview.discover.TableListing;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.RefusedException;
import io.bergview.errors.UsageException;
import io.bergview.history.CommitJournal;
import io.bergview.history.FailureJournal;
import io.bergview.history.HistoryEntry;
import io.bergview.history.LeaseJournal;
import io.bergview.history.TickJournal;
import io.bergview.history.ViewHistory;
import io.bergview.imports.ImportPlan;
import io.bergview.imports.ImportRequest;
import io.bergview.imports.ImportResult;
import io.bergview.imports.Importer;
import io.bergview.maintain.CompactionResult;
import io.bergview.maintain.MaintenanceNeed;
import io.bergview.maintain.MaintenanceOutcome;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.maintain.VacuumResult;
import io.bergview.maintain.ViewMaintenance;
import io.bergview.pipeline.CancelledException;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.Definition;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.statement.CreatedView;
import io.bergview.projection.statement.Statement;
import io.bergview.projection.statement.Statements;
import io.bergview.projection.text.DocumentReader;
import io.bergview.query.FindQuery;
import io.bergview.query.Finder;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.explain.ProvenanceReader;
import io.bergview.refresh.explain.ViewExplainer;
import io.bergview.refresh.explain.ViewExplanation;
import io.bergview.refresh.explain.ViewProvenance;
import io.bergview.refresh.pin.SourceLeases;
import io.bergview.refresh.run.Refresher;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.ViewStates;
import io.bergview.staleness.graph.Direction;
import io.bergview.staleness.graph.LineageGraph;
import io.bergview.staleness.graph.LineageReader;
import io.bergview.upkeep.EventPublisher;
import io.bergview.upkeep.MissedTickNotes;
import io.bergview.upkeep.PausedViews;
import io.bergview.upkeep.RequestedRefreshes;
import io.bergview.upkeep.UpkeepListener;
import io.bergview.upkeep.daemon.Upkeep;
import io.bergview.upkeep.schedule.DueView;
import io.bergview.upkeep.schedule.DueViews;
import io.bergview.verify.VerifyOptions;
import io.bergview.verify.VerifyResult;
import io.bergview.verify.ViewVerifier;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.Catalog;

/**
 * An open project: its views can be defined, refreshed and queried. It keeps open connections, idle
 * DuckDB sessions, and immutable data: footers of data files and copies of remote ones. Every call
 * sees the current state of the catalogs. Safe for use by several threads.
 *
 * <pre>{@code
 * try (Bergview bergview = Bergview.open(Path.of("my-project"))) {
 *   bergview.apply();
 *   bergview.refreshView(RefreshRequest.of("OrderDetails"));
 *   try (QueryResult answer = bergview.find("OrderDetails").sort("-total").limit(10).answer()) {
 *     answer.forEachRow(System.out::println);
 *   }
 * }
 * }</pre>
 */
public final class Bergview implements AutoCloseable {
  private final BergviewOptions options;
  private final ProjectContext context;

  /** How to stop what runs. */
  private final Set<Runnable> cancellations = ConcurrentHashMap.newKeySet();

  private final Set<Upkeep> upkeeps = ConcurrentHashMap.newKeySet();

  private volatile UpkeepListener listener = event -> {};
  private final Finder finder;
  private boolean cancelled;

  private Bergview(Project project, BergviewOptions options) {
    this.options = options;
    this.context = ProjectContext.open(project, options.clock(), options.engine());
    this.finder = new Finder(context);
  }

  /**
   * Opens the project that a folder lies in: the nearest {@code bergview.yaml} upwards from it.
   *
   * @throws io.bergview.errors.NotFoundException {@code PROJECT_NOT_FOUND}
   * @throws io.bergview.errors.UsageException {@code PROJECT_INVALID}
   */
  public static Bergview open(Path directory) {
    return open(directory, BergviewOptions.defaults());
  }

  /** As {@link #open(Path)}. */
  public static Bergview open(Path directory, BergviewOptions options) {
    requireNonNull(options, "options is null");
    return new Bergview(Project.open(directory), options);
  }

  public Project project() {
    return context.project();
  }

  /** What all work on the project shares. */
  ProjectContext context() {
    return context;
  }

  /**
   * One of the project's Iceberg catalogs, which closes with this.
   *
   * @throws io.bergview.errors.NotFoundException {@code CATALOG_NOT_FOUND}
   */
  public Catalog catalog(String name) {
    return context.catalogs().catalog(name);
  }

  /**
   * Registers the views of one file, YAML, JSON5 or SQL; no data is read or written.
   *
   * @throws io.bergview.errors.DefinitionException with every problem found
   */
  public List<DefinePlan> define(Path file) {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".sql")) {
      return define(
          CreatedView.definitions(
                  DocumentReader.text(file), file.toString(), project().catalogs().keySet())
              .toArray(Definition[]::new));
    }
    return defining(() -> projectApply().define(file));
  }

  /**
   * Registers views that no file need hold, such as those of {@link #definitions} and of {@code
   * ViewDefinition.named}. Entity types among the definitions are used with those of the project,
   * and in place of those of the same names; views keep the types that they use.
   *
   * @throws io.bergview.errors.DefinitionException with every problem found
   */
  public List<DefinePlan> define(Definition... definitions) {
    return defining(() -> projectApply().define(List.of(definitions)));
  }

  /** What {@link #define(Definition...)} would do. */
  public List<DefinePlan> planDefine(Definition... definitions) {
    return projectApply().planDefine(List.of(definitions));
  }

  /**
   * The entity types and views of a text, YAML or JSON5, as a file would hold it.
   *
   * @throws io.bergview.errors.DefinitionException with every problem found
   */
  public Definition[] definitions(String text) {
    DefinitionReader reader = new DefinitionReader(context.catalogs().names());
    try {
      return reader.read("definitions", text).toArray(Definition[]::new);
    } catch (DefinitionException notJson5) {
      try {
        return reader.read("definitions.yaml", text).toArray(Definition[]::new);
      } catch (DefinitionException notYamlEither) {
        throw notJson5;
      }
    }
  }

  /**
   * The tables of all catalogs. Reads metadata only.
   *
   * @param patterns globs over {@code [catalog.]namespace.table}; none for all
   * @throws io.bergview.errors.NotFoundException {@code SOURCE_NOT_FOUND} where one matches none
   */
  public TableListing listTables(String... patterns) {
    return TableListing.of(context.catalogs(), List.of(patterns));
  }

  /**
   * What the metadata of a table say, and which types and views use it.
   *
   * @param name {@code [catalog.]namespace.table}
   * @throws io.bergview.errors.NotFoundException {@code SOURCE_NOT_FOUND}
   */
  public TableDescription describeTable(String name) {
    return new TableDescriber(context).describe(name);
  }

  /**
   * Proposes entity types for tables that have none, and writes them into the project's {@code
   * types/}. Files that are there are left as they are.
   *
   * @throws io.bergview.errors.NotFoundException {@code SOURCE_NOT_FOUND} where a pattern matches
   *     no table
   * @throws io.bergview.errors.StorageException where a file cannot be written; then none is
   */
  public DiscoverResult discover(DiscoverOptions options) {
    Discovery discovery = new Discovery(context, discoverProgress());
    return cancellable(discovery::cancel, () -> discovery.discover(options));
  }

  /** What {@link #discover} would write. */
  public DiscoverResult planDiscover(DiscoverOptions options) {
    Discovery discovery = new Discovery(context, discoverProgress());
    return cancellable(discovery::cancel, () -> discovery.plan(options));
  }

  /**
   * How entity types differ from their tables, and which views break by it.
   *
   * @param patterns globs over the tables of types; none for all
   */
  public Drift drift(String... patterns) {
    DriftFinder finder = new DriftFinder(context, discoverProgress());
    return cancellable(finder::cancel, () -> finder.find(List.of(patterns)));
  }

  private DiscoverProgress discoverProgress() {
    return (what, done, total) -> {
      if (done < total) {
        options.progress().advance(what, (double) done / total, done + " of " + total);
      } else {
        options.progress().phase(what, "done");
      }
    };
  }

  /**
   * Registers the views of the project's folder. Views that it does not define are left alone.
   *
   * @return what was done, with the views that no longer fit their sources: these stay registered
   *     as they are
   * @throws io.bergview.errors.DefinitionException with every problem found, where a definition
   *     that is new or changed is wrong; nothing is registered
   */
  public ProjectApply.Outcome apply() {
    return defining(() -> projectApply().apply());
  }

  /** What {@link #apply} would do. */
  public ProjectApply.Outcome planApply() {
    return projectApply().plan();
  }

  private ProjectApply projectApply() {
    return new ProjectApply(context);
  }

  /**
   * Imports files into a table, in one commit: CSV, NDJSON or Parquet. What the table has taken
   * before is not taken twice.
   *
   * @throws BergviewException as {@link Importer#run} says; nothing is imported then
   */
  public ImportResult importTable(ImportRequest request) {
    Importer importer = new Importer(context, options.progress());
    return cancellable(importer::cancel, () -> importer.run(request));
  }

  /** What {@link #importTable} would do. */
  public ImportPlan planImport(ImportRequest request) {
    Importer importer = new Importer(context, options.progress());
    return cancellable(importer::cancel, () -> importer.plan(request));
  }

  /**
   * Changes a registered view: single settings of its refresh and its layout, or its whole
   * definition. Only metadata is read and written. The project's folder is not changed: if it
   * defines the view differently, the next {@link #apply} changes it back.
   *
   * @return what was done, with what each change costs and what a refresh would do now
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   * @throws io.bergview.errors.UsageException if there is no such setting
   * @throws io.bergview.errors.DefinitionException if a value is not allowed for its setting
   * @throws io.bergview.errors.ConflictException if others changed the view repeatedly
   */
  public AlterPlan alterView(ViewAlteration alteration) {
    return defining(() -> new ViewAlterer(context).alter(alteration));
  }

  /** What {@link #alterView} would do. */
  public AlterPlan planAlterView(ViewAlteration alteration) {
    return new ViewAlterer(context).plan(alteration);
  }

  /**
   * How every registered view stands to its sources. What cannot be read hides no other, and is
   * said in the answer.
   *
   * @throws BergviewException where no catalog at all can be listed
   */
  public ViewStates listViews() {
    return context.staleness().states(context.registry().listing());
  }

  /**
   * The state of a view relative to its sources, including lost files as far as they are cheap to
   * detect: {@link Staleness#inspected}.
   *
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   */
  public ViewState getViewState(String view) {
    return context.staleness().inspected(context.registry().find(view));
  }

  /**
   * The upstream and downstream views and tables of all views of the project. Views and tables that
   * cannot be read do not hide others, and are reported in the result.
   *
   * @throws BergviewException if no catalog can be listed
   */
  public LineageGraph lineage() {
    return LineageReader.read(
        context.catalogs(), context.staleness(), context.registry().listing());
  }

  /**
   * The part of {@link #lineage()} around one view or table.
   *
   * @param name of a view, else of a table that views read
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   */
  public LineageGraph lineage(String name, Direction direction) {
    return lineage().around(name, direction);
  }

  /**
   * What happened to a view, newest first: the commits to its table, as far as their snapshots are
   * there or expired by a vacuum from this project's folder, the refreshes from this folder that
   * failed, and the ticks that were missed.
   *
   * @param limit how many at most
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   */
  public List<HistoryEntry> history(String view, int limit) {
    return ViewHistory.of(context.registry().find(view), context.project(), limit);
  }

  /**
   * A view laid open, and what a refresh would do now.
   *
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   */
  public ViewExplanation explainView(String view) {
    return new ViewExplainer(context).explain(view, () -> ProjectTypes.of(context));
  }

  /**
   * The provenance of a view: its table, the tables that it reads, and the source columns of each
   * of its columns. Reads metadata only.
   *
   * @param snapshotId of the view, for its sources at that time; -1 for now
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   */
  public ViewProvenance provenance(String view, long snapshotId) {
    return new ProvenanceReader(context).read(view, snapshotId);
  }

  /**
   * From now on reports each refresh by a call of {@link #refreshView}, {@link #refreshDue} or, if
   * it repairs, {@link #verifyView}, on the thread of the refresh. Refreshes by {@link
   * #startUpkeep} are reported to the listener given there.
   */
  public void onRefresh(UpkeepListener told) {
    listener = requireNonNull(told, "told is null");
  }

  /**
   * Makes views fresh, upstream views first. Where one of several fails the others go on, and the
   * outcome says so.
   */
  public RefreshOutcome refreshView(RefreshRequest request) {
    return refresh(request, new RequestedRefreshes(listener, request, options.clock()));
  }

  private RefreshOutcome refresh(RefreshRequest request, RequestedRefreshes told) {
    Refresher refresher = new Refresher(context, options.progress());
    return cancellable(refresher::cancel, () -> refresher.refresh(request, told));
  }

  /**
   * Which views are due by their schedules, or by what was committed to the tables of streaming
   * ones; by name. Views that are refreshed by hand are left out. Nothing is remembered for it but
   * what the tables and the project's journal of failures hold.
   */
  public List<DueView> dueViews() {
    return new DueViews(context).now();
  }

  /**
   * Refreshes the views that are due, for schedulers that call repeatedly: concurrent calls do
   * nothing twice.
   */
  public RefreshOutcome refreshDue() {
    return refreshDue(UnaryOperator.identity());
  }

  /**
   * As {@link #refreshDue()}, with all upstream views, regardless of their {@code $refresh.cascade}
   * and their schedules.
   */
  public RefreshOutcome refreshDueWithUpstream() {
    return refreshDue(RefreshRequest::withUpstream);
  }

  private RefreshOutcome refreshDue(UnaryOperator<RefreshRequest> with) {
    DueViews views = new DueViews(context);
    List<DueView> now = views.now();
    RefreshRequest due = with.apply(DueViews.request(now));
    SourceLeases.renewAll(context);
    if (due.views().isEmpty()) {
      return new RefreshOutcome(List.of(), List.of());
    }
    Instant instant = options.clock().instant();
    RequestedRefreshes told =
        new RequestedRefreshes(
            EventPublisher.to(List.of(new MissedTickNotes(context), listener)),
            DueViews.triggers(now, instant),
            views::attempts,
            options.clock());
    DueViews.missed(now, instant).forEach(told::tell);
    return refresh(due, told);
  }

  /**
   * Compares a view with a recompute over the snapshots that it is derived from, and, if the
   * options say so, rewrites the rows that differ. Differences are not a failure: the result has
   * them.
   *
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   * @throws RefusedException {@code VIEW_INVALID}, {@code FOREIGN_WRITES}: the correct rows of the
   *     view are not known
   * @throws io.bergview.errors.SourceException {@code SOURCE_SNAPSHOT_EXPIRED}
   */
  public VerifyResult verifyView(String view, VerifyOptions options) {
    ViewVerifier verifier = new ViewVerifier(context, this.options.progress());
    RequestedRefreshes told =
        new RequestedRefreshes(listener, RefreshRequest.of(view), this.options.clock());
    VerifyResult result = cancellable(verifier::cancel, () -> verifier.verify(view, options));
    result.repaired().ifPresent(repaired -> tell(told, view, repaired));
    return result;
  }

  private void tell(RequestedRefreshes told, String view, VerifyResult.Repaired repaired) {
    Snapshot snapshot = context.registry().find(view).table().snapshot(repaired.snapshotId());
    Optional.ofNullable(snapshot)
        .flatMap(made -> RefreshRecord.of(made.summary()))
        .ifPresent(
            record -> {
              told.began(view);
              told.done(RefreshResult.of(view, repaired.kind(), record, repaired.snapshotId()));
            });
  }

  /**
   * Frees what the tables of views do not need any more: snapshots older than the retention with
   * the files that only they named, old metadata files, orphans. Rows and lineage stay. Where one
   * of several views fails the others go on, and the outcome says so.
   *
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}; then nothing is done
   */
  public MaintenanceOutcome<VacuumResult> vacuumView(MaintenanceRequest request) {
    ViewMaintenance maintenance = maintenance();
    return cancellable(maintenance::cancel, () -> maintenance.vacuum(request));
  }

  /**
   * Rewrites small files of views and files with deletes, and merges manifests, where needed. Rows
   * and lineage do not change. Otherwise as {@link #vacuumView}.
   */
  public MaintenanceOutcome<CompactionResult> compactView(MaintenanceRequest request) {
    ViewMaintenance maintenance = maintenance();
    return cancellable(maintenance::cancel, () -> maintenance.compact(request));
  }

  /**
   * Whether a view's table needs vacuum or compaction now. Reads no manifests: cheap enough to call
   * after every refresh.
   *
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   */
  public MaintenanceNeed maintenanceNeed(String view) {
    return maintenance().need(context.registry().find(view));
  }

  /**
   * Bounds the metadata and the number of files of a view that is refreshed often, as quickly as
   * possible: to be called after every few refreshes, concurrently with others.
   *
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   * @throws io.bergview.errors.ConflictException if others changed the view repeatedly; the next
   *     call will do the work
   */
  public ViewMaintenance.Bounded keepBounded(String view) {
    ViewMaintenance maintenance = maintenance();
    return cancellable(maintenance::cancel, () -> maintenance.keepBounded(view));
  }

  private ViewMaintenance maintenance() {
    return new ViewMaintenance(
        context, options.progress(), context.project().maintenance().limits());
  }

  /**
   * Begins a query about the rows of a view or an entity type. Where both have the name it is the
   * view.
   */
  public Find find(String name) {
    return find(FindQuery.of(requireNonNull(name, "name is null")));
  }

  /** An existing query, to be run or changed. */
  public Find find(FindQuery query) {
    return new Find(
        query, asked -> finder.find(asked, session()), asked -> finder.explain(asked, session()));
  }

  /**
   * Runs SQL statements, in order, and hands over the result of each before the next one runs. None
   * is run if one of them cannot be parsed; one that fails stops those after it.
   *
   * @param results takes each result, which is closed afterwards
   * @throws io.bergview.errors.DefinitionException with every syntax error, or with the problems of
   *     a view, at their places in the text
   */
  public void sql(String statements, Consumer<SqlResult> results) {
    for (Statement statement : Statements.parse(statements, "")) {
      try (SqlResult result = sql(statement)) {
        results.accept(result);
      }
    }
  }

  /**
   * Runs one SQL statement. Close the result before this.
   *
   * @throws UsageException if the text has no statement, or several
   * @throws io.bergview.errors.DefinitionException as {@link #sql(String, Consumer)}
   */
  public SqlResult sql(String statement) {
    List<Statement> parsed = Statements.parse(statement, "");
    if (parsed.size() != 1) {
      throw new UsageException(
          ErrorCode.USAGE,
          "One statement is expected, there are %d; sql(text, results) runs several"
              .formatted(parsed.size()));
    }
    return sql(parsed.get(0));
  }

  /** Runs a statement that was parsed before. Close the result before this. */
  public SqlResult sql(Statement statement) {
    return new SqlExecutor(context, new ProjectSqlOperations(this)).run(statement);
  }

  /**
   * The project as of an instant: every table is read at the snapshot that was current then. Views
   * return what their tables held then, as stale as they were; entity types return the rows of
   * their tables.
   */
  public Past asOf(Instant instant) {
    return new Past(this, instant);
  }

  /**
   * Takes a view out of its catalog and deletes its files, none outside its own location, and what
   * the project's folder has noted of it.
   *
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   * @throws io.bergview.errors.RefusedException where another view reads it
   */
  public ViewRegistry.Dropped dropView(String view) {
    ViewTable stored = context.registry().findToDrop(view);
    SourceLeases leases = new SourceLeases(context, stored);
    ViewRegistry.Dropped dropped = defining(() -> context.registry().drop(view));
    leases.release();
    new FailureJournal(context.project()).forget(view);
    new CommitJournal(context.project()).forget(view);
    new TickJournal(context.project()).forget(view);
    new LeaseJournal(context.project()).forget(view);
    new PausedViews(context.project(), options.clock()).forgetDropped(view);
    return dropped;
  }

  /** The namespaces of the catalogs. */
  public Namespaces namespaces() {
    return new Namespaces(this, new ProjectNamespaces(context.catalogs(), context.registry()));
  }

  /** As {@link #dropView}, several, those that read others before what they read. */
  public void dropViews(List<String> views) {
    Deque<String> left = new ArrayDeque<>(views);
    int refused = 0;
    while (!left.isEmpty()) {
      String view = left.removeFirst();
      try {
        dropView(view);
        refused = 0;
      } catch (RefusedException e) {
        if (e.code() != ErrorCode.VIEW_IN_USE || refused == left.size()) {
          throw e;
        }
        refused++;
        left.addLast(view);
      }
    }
  }

  /**
   * Keeps the project's views fresh from now on, in threads of this process, until the result or
   * this is closed: streaming ones as their tables change, scheduled ones by the clock.
   *
   * @param listener notified of each refresh, on the thread that does it
   * @throws BergviewException where no catalog at all can be listed
   */
  public synchronized Upkeep startUpkeep(UpkeepListener listener) {
    checkNotCancelled();
    Upkeep upkeep = context.own(Upkeep.start(context, options.progress(), listener));
    upkeeps.add(upkeep);
    return upkeep;
  }

  /** What keeps views fresh in this process need not wait until it looks again. */
  private <T> T defining(Supplier<T> change) {
    try {
      return change.get();
    } finally {
      upkeeps.forEach(Upkeep::definitionsChanged);
    }
  }

  private <T> T cancellable(Runnable cancellation, Supplier<T> work) {
    begin(cancellation);
    try {
      return work.get();
    } finally {
      cancellations.remove(cancellation);
    }
  }

  private synchronized void begin(Runnable cancellation) {
    checkNotCancelled();
    cancellations.add(cancellation);
  }

  private void checkNotCancelled() {
    if (cancelled) {
      throw new CancelledException(null);
    }
  }

  /**
   * The number of queries since this was opened that fell back from a view with a lost file to
   * another view or to the tables.
   */
  public long queriesFallenBack() {
    return finder.fallbacks();
  }

  private synchronized DuckDbSession session() {
    checkNotCancelled();
    return context.querySession();
  }

  /**
   * Stops running queries and refreshes; they throw {@code CANCELLED}, and nothing of them is
   * committed. Call it from any thread. No query or refresh can be started afterwards.
   */
  public synchronized void cancel() {
    cancelled = true;
    context.cancelQueries();
    cancellations.forEach(Runnable::run);
  }

  /** Stops what keeps views fresh, and releases all that this has opened; once. */
  @Override
  public synchronized void close() {
    context.close();
  }
}
