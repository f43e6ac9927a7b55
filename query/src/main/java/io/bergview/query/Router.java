package io.bergview.query;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.lineage.SummaryNumbers;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.SourceColumns;
import io.bergview.catalog.view.ViewListing;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.BergviewException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.pipeline.scan.SnapshotFiles;
import io.bergview.projection.definition.RefreshSettings.Strategy;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.route.Cover;
import io.bergview.projection.route.Coverage;
import io.bergview.query.Routing.Candidate;
import io.bergview.query.Routing.Verdict;
import io.bergview.staleness.Freshness;
import io.bergview.staleness.Reason;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import io.bergview.staleness.damage.Damage;
import io.bergview.staleness.damage.LostFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;

/**
 * Looks for a view that answers a question in the place of the tables that it is about. Of several
 * the one is taken of which least is read, as far as metadata tells: the size of the files that the
 * question's filter leaves, by the share of columns that are needed. The sources are in the choice
 * only where they are one table, since a join costs more than it reads. Where about as little is
 * read of several views, the freshest answers.
 */
final class Router {
  /** Reading a quarter more than the least, or this many bytes, is as good. */
  private static final int MORE = 4;

  private static final long SMALL = 64 << 10;

  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final Staleness staleness;

  Router(ProjectContext context) {
    this.catalogs = context.catalogs();
    this.registry = context.registry();
    this.staleness = context.staleness();
  }

  /**
   * Who answers.
   *
   * @param by empty for the sources
   */
  record Route(Routing routing, Optional<Answering> by) {}

  /**
   * A view that answers.
   *
   * @param plan gives the question's columns from the view's table alone
   */
  record Answering(RegisteredView view, ViewState state, Plan plan) {}

  /** A view that could answer. */
  private record Able(Answering answering, String why, long bytes) {
    boolean isFresh() {
      return answering.state().state() == Freshness.FRESH;
    }

    /** The later, the better; of a stale view of which nobody knows, the earliest there is. */
    Instant staleSince() {
      return isFresh() ? Instant.MAX : answering.state().staleSince().orElse(Instant.MIN);
    }
  }

  /**
   * @param asked what the question names; where that is a view, it is no candidate
   */
  Route route(String asked, ResolvedView question, Tolerance tolerance) {
    List<Candidate> candidates = new ArrayList<>();
    List<Able> able = new ArrayList<>();
    ViewListing listing = registry.listingToRead();
    for (RegisteredView view : listing.views()) {
      if (!view.name().equals(asked) && readsRootOf(question, view)) {
        try {
          consider(view, question, tolerance, able, candidates);
        } catch (BergviewException e) {
          candidates.add(candidate(view, Verdict.UNREADABLE, why(view, e), -1));
        }
      }
    }
    listing.unreadable().forEach(broken -> candidates.add(unreadable(broken)));
    long fromSources = fromSources(question);
    Optional<Able> best =
        best(able)
            .filter(
                view ->
                    question.sources().size() > 1
                        || view.bytes() < fromSources
                        || view.bytes() == fromSources && view.isFresh());
    for (Able view : able) {
      boolean chosen = best.isPresent() && best.get() == view;
      candidates.add(
          candidate(
              view.answering().view(),
              chosen ? Verdict.CHOSEN : Verdict.DEARER,
              chosen ? view.why() : dearer(view, best),
              view.bytes()));
    }
    candidates.sort(Comparator.comparing(candidate -> candidate.view().orElse("")));
    candidates.add(
        new Candidate(
            Optional.empty(),
            best.isPresent() ? Verdict.DEARER : Verdict.CHOSEN,
            best.isPresent() ? "the view saves the work" : reason(able),
            OptionalLong.of(fromSources)));
    return new Route(new Routing(candidates), best.map(Able::answering));
  }

  private static String dearer(Able view, Optional<Able> chosen) {
    return chosen.isPresent() && view.bytes() <= chosen.get().bytes()
        ? "is staler than what answers, and reads about as much"
        : "reads more than what answers";
  }

  /**
   * Of the views of which about as little is read as of any, the freshest: two views of the same
   * rows never have files of the same length to the byte.
   */
  private static Optional<Able> best(List<Able> able) {
    long least = able.stream().mapToLong(Able::bytes).min().orElse(0);
    long asGood = Math.max(least + least / MORE, least + SMALL);
    return able.stream()
        .filter(view -> view.bytes() <= asGood)
        .min(
            Comparator.comparing((Able view) -> !view.isFresh())
                .thenComparing(Able::staleSince, Comparator.reverseOrder())
                .thenComparingLong(Able::bytes)
                .thenComparing(view -> view.answering().view().name()));
  }

  private String why(RegisteredView view, BergviewException failure) {
    Optional<LostFile> lost =
        Damage.mayExplain(failure) ? staleness.damage().ofView(view) : Optional.empty();
    return lost.map(file -> file.of(view.tableName().toString()))
        .orElse(String.valueOf(failure.getMessage()));
  }

  /** Whether it would have answered is not known. */
  private static Candidate unreadable(ViewListing.Unreadable broken) {
    return new Candidate(
        Optional.of(broken.name()),
        Verdict.UNREADABLE,
        String.valueOf(broken.error().getMessage()),
        OptionalLong.empty());
  }

  private static String reason(List<Able> able) {
    return able.isEmpty() ? "no view can answer" : "less is read than of any view";
  }

  private boolean readsRootOf(ResolvedView question, RegisteredView view) {
    SourceTable root = RootScan.of(question.plan()).orElseThrow().scan().source();
    return view.definition().sources().values().stream()
            .anyMatch(
                source ->
                    catalogs.qualified(source.table()).equals(catalogs.qualified(root.table())))
        && view.definition().view().refresh().strategy() == Strategy.REPLACE;
  }

  private void consider(
      RegisteredView view,
      ResolvedView question,
      Tolerance tolerance,
      List<Able> able,
      List<Candidate> candidates) {
    SourceTable stored = new SourceTable(view.name(), view.tableName(), view.table().schema());
    Cover cover = Coverage.of(question, resolve(view), stored, catalogs::qualified);
    if (cover instanceof Cover.Lacks lacks) {
      candidates.add(candidate(view, Verdict.LACKS, lacks.why(), -1));
      return;
    }
    Cover.Covers covers = (Cover.Covers) cover;
    ViewState state = staleness.state(view);
    if (state.reason() == Reason.VIEW_FILES_LOST) {
      candidates.add(candidate(view, Verdict.UNREADABLE, state.message(), -1));
      return;
    }
    long bytes = bytes(RootScan.of(covers.plan()).orElseThrow(), view.table());
    if (tolerance.allows(state)) {
      able.add(
          new Able(
              new Answering(view, state, covers.plan()),
              "%s; %s".formatted(state.state().word(), covers.way().words()),
              bytes));
    } else {
      candidates.add(candidate(view, Verdict.STALE, state.message(), bytes));
    }
  }

  private ResolvedView resolve(RegisteredView view) {
    Map<String, SourceColumns> now = new HashMap<>();
    view.definition()
        .sources()
        .forEach(
            (type, source) -> now.put(type, SourceColumns.of(catalogs.loadToRead(source.table()))));
    return FrozenTypes.resolve(view, now);
  }

  private static Candidate candidate(RegisteredView view, Verdict verdict, String why, long bytes) {
    return new Candidate(
        Optional.of(view.name()),
        verdict,
        why,
        bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes));
  }

  /** Files are left out of the table that the rows come from; of the others all may be needed. */
  private long fromSources(ResolvedView question) {
    RootScan root = RootScan.of(question.plan()).orElseThrow();
    long bytes = 0;
    for (SourceTable source : question.sources()) {
      Table table = catalogs.loadToRead(source.table());
      bytes +=
          source.equals(root.scan().source())
              ? bytes(root, table)
              : share(total(table), source.schema().columns().size(), table);
    }
    return bytes;
  }

  /** The size of the files that the scan's filter leaves, by the share of columns. */
  private static long bytes(RootScan scan, Table table) {
    Snapshot snapshot = table.currentSnapshot();
    Expression where =
        scan.filter()
            .map(filter -> FilePruning.of(filter, scan.scan(), table.schema()))
            .orElse(Expressions.alwaysTrue());
    long bytes =
        snapshot == null || where.op() == Expression.Operation.TRUE
            ? total(table)
            : SnapshotFiles.of(table, OptionalLong.of(snapshot.snapshotId()), where).stream()
                .mapToLong(task -> task.file().fileSizeInBytes())
                .sum();
    return share(bytes, scan.scan().reads().size(), table);
  }

  private static long total(Table table) {
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null
        ? 0
        : SummaryNumbers.number(
            snapshot.summary(), SnapshotSummary.TOTAL_FILE_SIZE_PROP, Long.MAX_VALUE);
  }

  private static long share(long bytes, int columns, Table table) {
    int width = Math.max(1, table.schema().columns().size());
    return bytes == Long.MAX_VALUE ? bytes / 2 : bytes * Math.max(1, columns) / width;
  }
}
