package io.bergview.query;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewListing;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.errors.BergviewException;
import io.bergview.projection.definition.RefreshSettings.Strategy;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.Plan;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.route.Cover;
import io.bergview.projection.route.Coverage;
import io.bergview.query.Routing.Candidate;
import io.bergview.query.Routing.Verdict;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.util.PropertyUtil;

/**
 * Looks for a view that answers a question in the place of the tables that it is about. Of several
 * the one is taken of which least is read, as far as metadata tells: the size of its files, by the
 * share of columns that are needed. The sources are in the choice only where they are one table,
 * since a join costs more than it reads.
 */
final class Router {
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final Staleness staleness;

  Router(Catalogs catalogs, ViewRegistry registry, Staleness staleness) {
    this.catalogs = requireNonNull(catalogs, "catalogs is null");
    this.registry = requireNonNull(registry, "registry is null");
    this.staleness = requireNonNull(staleness, "staleness is null");
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
  private record Able(Answering answering, String why, long bytes) {}

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
          candidates.add(candidate(view, Verdict.UNREADABLE, String.valueOf(e.getMessage()), -1));
        }
      }
    }
    long fromSources =
        question.sources().stream()
            .mapToLong(source -> bytes(catalogs.loadToRead(source.table()), source.schema()))
            .sum();
    Optional<Able> best =
        able.stream()
            .min(
                Comparator.comparingLong(Able::bytes)
                    .thenComparing(a -> a.answering().view().name()))
            .filter(view -> question.sources().size() > 1 || view.bytes() <= fromSources);
    for (Able view : able) {
      boolean chosen = best.isPresent() && best.get() == view;
      candidates.add(
          candidate(
              view.answering().view(),
              chosen ? Verdict.CHOSEN : Verdict.DEARER,
              chosen ? view.why() : "reads more than what answers",
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

  private static String reason(List<Able> able) {
    return able.isEmpty() ? "no view can answer" : "less is read than of any view";
  }

  private boolean readsRootOf(ResolvedView question, RegisteredView view) {
    SourceTable root = rootOf(question.plan());
    return view.definition().sources().values().stream()
            .anyMatch(
                source ->
                    catalogs.qualified(source.table()).equals(catalogs.qualified(root.table())))
        && view.definition().view().refresh().strategy() == Strategy.REPLACE;
  }

  private static SourceTable rootOf(Plan plan) {
    Plan on = plan;
    while (!(on instanceof Plan.Scan scan)) {
      on = on.inputs().get(0);
    }
    return ((Plan.Scan) on).source();
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
    Plan.Scan scan = scanOf(covers.plan());
    long bytes = bytes(view.table(), scan.reads().size());
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

  private static Plan.Scan scanOf(Plan plan) {
    Plan on = plan;
    while (!(on instanceof Plan.Scan)) {
      on = on.inputs().get(0);
    }
    return (Plan.Scan) on;
  }

  private ResolvedView resolve(RegisteredView view) {
    Map<String, Schema> now = new HashMap<>();
    view.definition().sources().forEach((type, source) -> now.put(type, schema(source.table())));
    return FrozenTypes.resolve(view.definition(), now);
  }

  private Schema schema(TableName table) {
    return catalogs.loadToRead(table).schema();
  }

  private static Candidate candidate(RegisteredView view, Verdict verdict, String why, long bytes) {
    return new Candidate(
        Optional.of(view.name()),
        verdict,
        why,
        bytes < 0 ? OptionalLong.empty() : OptionalLong.of(bytes));
  }

  private static long bytes(Table table, Schema columns) {
    return bytes(table, columns.columns().size());
  }

  private static long bytes(Table table, int columns) {
    Snapshot snapshot = table.currentSnapshot();
    if (snapshot == null) {
      return 0;
    }
    long all =
        PropertyUtil.propertyAsLong(
            snapshot.summary(), SnapshotSummary.TOTAL_FILE_SIZE_PROP, Long.MAX_VALUE);
    int width = Math.max(1, table.schema().columns().size());
    return all == Long.MAX_VALUE ? all / 2 : all * Math.max(1, columns) / width;
  }
}
