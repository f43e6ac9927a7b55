package io.bergview.query;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.SummaryNumbers;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.catalog.view.ViewListing;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.BergviewException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.projection.definition.RefreshSettings.Strategy;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.route.QueryMatcher;
import io.bergview.projection.route.ViewMatch;
import io.bergview.query.Routing.CandidateStatus;
import io.bergview.query.Routing.RoutingCandidate;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Reason;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.damage.Damage;
import io.bergview.staleness.damage.LostFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * Looks for a view that can answer a query instead of its source tables. Of several views the one
 * that reads the least according to metadata is chosen: the size of the files left by the query's
 * filter, times the share of needed columns. The sources compete only if they are one table, since
 * a join costs more than it reads. If several views read about as little, the freshest is chosen.
 */
final class Router {
  /** Reading a quarter more than the least, or this many bytes, is as good. */
  private static final int MORE = 4;

  private static final long SMALL = 64 << 10;

  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final Staleness staleness;
  private final TableScanner scanner;
  private final ResolvedViews views;

  Router(ProjectContext context) {
    this.catalogs = context.catalogs();
    this.registry = context.registry();
    this.staleness = context.staleness();
    this.scanner = context.scanner();
    this.views = new ResolvedViews(catalogs);
  }

  /**
   * Who answers.
   *
   * @param by none for the sources; the plan of the last view reads all of them
   */
  record Routed(Routing routing, List<AnsweringView> by) {
    Routed {
      by = List.copyOf(by);
    }

    /** With the view, if there is one, that answers a part of what is left. */
    private Routed and(Routed rest) {
      return new Routed(
          routing.and(rest.routing()), Stream.concat(by.stream(), rest.by().stream()).toList());
    }
  }

  /**
   * A view that answers.
   *
   * @param plan gives the query's columns; in place of the parts that the view covers it reads the
   *     view's table
   */
  record AnsweringView(RegisteredView view, ViewState state, Plan plan) {}

  /** A view that could answer. */
  private record UsableView(AnsweringView answering, String why, long bytes) {
    boolean isFresh() {
      return answering.state().state() == Freshness.FRESH;
    }

    /** The later, the better; the minimum for a stale view if it is not known. */
    Instant staleSince() {
      return isFresh() ? Instant.MAX : answering.state().staleSince().orElse(Instant.MIN);
    }
  }

  /**
   * Of a query in SQL, what the best view leaves to the sources is looked for in the others, until
   * none answers a part of the rest.
   *
   * @param asked the queried view or type; a view is not a candidate for its own query
   */
  Routed route(String asked, ResolvedView query, Tolerance tolerance) {
    ViewListing listing = registry.listingToRead();
    Set<String> done = new HashSet<>(Set.of(asked));
    Routed found = best(listing, done, query, tolerance);
    if (query.definition().query().isEmpty()) {
      return found;
    }
    Routed all = found;
    ResolvedView rest = query;
    while (!found.by().isEmpty()) {
      AnsweringView view = found.by().get(0);
      done.add(view.view().name());
      rest = rest.computedBy(view.plan());
      found = best(listing, done, rest, tolerance);
      all = all.and(found);
    }
    return all;
  }

  /**
   * The best view for the query, or for some parts of it.
   *
   * @param done names of views that are no candidates; what is read of their tables stays
   */
  private Routed best(
      ViewListing listing, Set<String> done, ResolvedView query, Tolerance tolerance) {
    List<RoutingCandidate> candidates = new ArrayList<>();
    List<UsableView> able = new ArrayList<>();
    for (RegisteredView view : listing.views()) {
      if (done.contains(view.name())) {
        continue;
      }
      if (mayCover(query, view, done)) {
        try {
          consider(view, query, tolerance, able, candidates);
        } catch (BergviewException e) {
          candidates.add(candidate(view, CandidateStatus.UNREADABLE, why(view, e), -1));
        }
      } else if (readsAny(view, past(query))) {
        candidates.add(
            candidate(
                view,
                CandidateStatus.LACKS,
                "holds no past of the tables that the query reads as they were",
                -1));
      }
    }
    listing.unreadable().forEach(broken -> candidates.add(unreadable(broken)));
    long fromSources = fromSources(query);
    Optional<UsableView> best = best(able).filter(view -> isCheaper(view, query, fromSources));
    for (UsableView view : able) {
      boolean chosen = best.isPresent() && best.get() == view;
      candidates.add(
          candidate(
              view.answering().view(),
              chosen ? CandidateStatus.CHOSEN : CandidateStatus.DEARER,
              chosen ? view.why() : moreExpensive(view, best),
              view.bytes()));
    }
    candidates.sort(Comparator.comparing(candidate -> candidate.view().orElse("")));
    candidates.add(
        new RoutingCandidate(
            Optional.empty(),
            best.isPresent() ? CandidateStatus.DEARER : CandidateStatus.CHOSEN,
            (best.isPresent() ? moreThanView(query) : reason(able)) + ofThePast(query),
            OptionalLong.of(fromSources)));
    return new Routed(new Routing(candidates), best.map(UsableView::answering).stream().toList());
  }

  private static boolean isCheaper(UsableView view, ResolvedView query, long fromSources) {
    boolean savesJoins =
        query.definition().query().isPresent()
            ? view.answering().plan().scans().count() < query.plan().scans().count()
            : query.sources().size() > 1;
    return savesJoins
        || view.bytes() < fromSources
        || view.bytes() == fromSources && view.isFresh();
  }

  private static String moreExpensive(UsableView view, Optional<UsableView> chosen) {
    return chosen.isPresent() && view.bytes() <= chosen.get().bytes()
        ? "is staler than the chosen one, and reads about as much"
        : "reads more than the chosen one";
  }

  /**
   * Of the views that read about as little as the best, the freshest: two views of the same rows
   * never have files of the same length to the byte.
   */
  private static Optional<UsableView> best(List<UsableView> able) {
    long least = able.stream().mapToLong(UsableView::bytes).min().orElse(0);
    long asGood = Math.max(least + least / MORE, least + SMALL);
    return able.stream()
        .filter(view -> view.bytes() <= asGood)
        .min(
            Comparator.comparing((UsableView view) -> !view.isFresh())
                .thenComparing(UsableView::staleSince, Comparator.reverseOrder())
                .thenComparingLong(UsableView::bytes)
                .thenComparing(view -> view.answering().view().name()));
  }

  private String why(RegisteredView view, BergviewException failure) {
    Optional<LostFile> lost =
        Damage.mayExplain(failure) ? staleness.damage().ofView(view) : Optional.empty();
    return lost.map(file -> file.of(view.tableName().toString()))
        .orElse(String.valueOf(failure.getMessage()));
  }

  /** Whether it would have answered is not known. */
  private static RoutingCandidate unreadable(ViewListing.Unreadable broken) {
    return new RoutingCandidate(
        Optional.of(broken.name()),
        CandidateStatus.UNREADABLE,
        String.valueOf(broken.error().getMessage()),
        OptionalLong.empty());
  }

  private static String moreThanView(ResolvedView query) {
    return query.sources().size() > 1 ? "a view saves the joins" : "read more than the chosen one";
  }

  private static String reason(List<UsableView> able) {
    return able.isEmpty() ? "no view can answer" : "reads less than any view";
  }

  /** What no view can stand for. */
  private static String ofThePast(ResolvedView query) {
    String past =
        query.sources().stream()
            .filter(source -> source.asOf().isPresent())
            .map(SourceTable::shown)
            .collect(Collectors.joining(", "));
    return past.isEmpty() ? "" : "; only the table has the past: " + past;
  }

  /** The tables that the query reads at other moments than now. */
  private Set<TableName> past(ResolvedView query) {
    return query.sources().stream()
        .filter(source -> source.asOf().isPresent())
        .map(this::qualified)
        .collect(Collectors.toSet());
  }

  private boolean readsAny(RegisteredView view, Set<TableName> tables) {
    return reads(view).stream().anyMatch(tables::contains);
  }

  private Set<TableName> reads(RegisteredView view) {
    return view.definition().sources().values().stream()
        .map(source -> catalogs.qualified(source.table()))
        .collect(Collectors.toSet());
  }

  /** Whether it reads what the query reads; views that append have other rows. */
  private boolean mayCover(ResolvedView query, RegisteredView view, Set<String> done) {
    ViewDefinition definition = view.definition().view();
    if (definition.refresh().strategy() != Strategy.REPLACE) {
      return false;
    }
    Set<TableName> reads = reads(view);
    if (query.definition().query().isEmpty()) {
      return reads.contains(qualified(RootScan.of(query.plan()).orElseThrow().scan().source()));
    }
    Set<TableName> asked =
        query.sources().stream()
            .filter(source -> source.asOf().isEmpty() && !done.contains(source.type()))
            .map(this::qualified)
            .collect(Collectors.toSet());
    StoredDefinition.Source root = view.definition().sources().get(definition.from());
    return root == null
        ? reads.stream().anyMatch(asked::contains)
        : asked.contains(catalogs.qualified(root.table()));
  }

  private TableName qualified(SourceTable source) {
    return catalogs.qualified(source.table());
  }

  private void consider(
      RegisteredView view,
      ResolvedView query,
      Tolerance tolerance,
      List<UsableView> able,
      List<RoutingCandidate> candidates) {
    SourceTable stored = new SourceTable(view.name(), view.tableName(), view.table().schema());
    ViewMatch cover = QueryMatcher.of(query, views.of(view), stored, catalogs::qualified);
    if (cover instanceof ViewMatch.NotMatched lacks) {
      candidates.add(candidate(view, CandidateStatus.LACKS, lacks.why(), -1));
      return;
    }
    ViewMatch.Matched covers = (ViewMatch.Matched) cover;
    ViewState state = staleness.state(view);
    if (state.reason() == Reason.VIEW_FILES_LOST) {
      candidates.add(candidate(view, CandidateStatus.UNREADABLE, state.message(), -1));
      return;
    }
    long bytes = bytes(covers.plan(), stored, view.table());
    if (tolerance.allows(state)) {
      able.add(
          new UsableView(
              new AnsweringView(view, state, covers.plan()),
              "%s; %s".formatted(state.state().label(), covers.way().words()),
              bytes));
    } else {
      candidates.add(candidate(view, CandidateStatus.STALE, state.message(), bytes));
    }
  }

  private static RoutingCandidate candidate(
      RegisteredView view, CandidateStatus verdict, String why, long bytes) {
    return new RoutingCandidate(
        Optional.of(view.name()),
        verdict,
        why,
        bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes));
  }

  /** What all scans of a plan read, of which one may be of a view's table. */
  private long bytes(Plan plan, SourceTable stored, Table view) {
    long bytes = 0;
    for (RootScan scan : RootScan.all(plan)) {
      SourceTable source = scan.scan().source();
      bytes += source.equals(stored) ? bytes(scan, now(source, view)) : bytes(scan, pinned(source));
    }
    return bytes;
  }

  /**
   * Of a query of the view language, files are pruned in the root table only; all files of the
   * others may be needed.
   */
  private long fromSources(ResolvedView query) {
    if (query.definition().query().isPresent()) {
      return RootScan.all(query.plan()).stream()
          .mapToLong(scan -> bytes(scan, pinned(scan.scan().source())))
          .sum();
    }
    RootScan root = RootScan.of(query.plan()).orElseThrow();
    long bytes = 0;
    for (SourceTable source : query.sources()) {
      PinnedSnapshot table = pinned(source);
      bytes +=
          source.equals(root.scan().source())
              ? bytes(root, table)
              : share(total(table), source.schema().columns().size(), table);
    }
    return bytes;
  }

  private PinnedSnapshot pinned(SourceTable source) {
    Table table = catalogs.loadToRead(source.table());
    return source
        .asOf()
        .map(moment -> PinnedSnapshot.past(source.table(), table, moment))
        .orElseGet(() -> now(source, table));
  }

  private static PinnedSnapshot now(SourceTable source, Table table) {
    return PinnedSnapshot.now(source.table(), table);
  }

  /** The size of the files that the scan's filter leaves, by the share of columns. */
  private long bytes(RootScan scan, PinnedSnapshot pinned) {
    Table table = pinned.table();
    Expression where =
        scan.filter()
            .map(
                filter ->
                    FilePruning.of(filter, scan.scan(), table.schema(), table.specs().values()))
            .orElse(Expressions.alwaysTrue());
    long bytes =
        pinned.snapshot().isEmpty() || where.op() == Expression.Operation.TRUE
            ? total(pinned)
            : scanner.files(table, pinned.id(), scan.scan().source().schema()).where(where).stream()
                .mapToLong(task -> task.file().fileSizeInBytes())
                .sum();
    return share(bytes, scan.scan().reads().size(), pinned);
  }

  private static long total(PinnedSnapshot pinned) {
    return pinned
        .snapshot()
        .map(
            snapshot ->
                SummaryNumbers.number(
                    snapshot.summary(), SnapshotSummary.TOTAL_FILE_SIZE_PROP, Long.MAX_VALUE))
        .orElse(0L);
  }

  private static long share(long bytes, int columns, PinnedSnapshot table) {
    int width = Math.max(1, table.schema().columns().size());
    return bytes == Long.MAX_VALUE ? bytes / 2 : bytes * Math.max(1, columns) / width;
  }
}
