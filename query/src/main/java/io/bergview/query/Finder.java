package io.bergview.query;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.scan.TableScanner;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.staleness.Staleness;
import io.bergview.staleness.ViewState;
import org.apache.iceberg.Schema;

/**
 * Answers questions about views: from the view's table while it is fresh or within its grace
 * period, else by running its definition over its sources. A source that is itself a stale view is
 * treated in the same way.
 */
public final class Finder {
  private final Catalogs catalogs;
  private final ViewRegistry registry;
  private final Staleness staleness;
  private final TableScanner scanner;

  public Finder(
      Catalogs catalogs, ViewRegistry registry, Staleness staleness, TableScanner scanner) {
    this.catalogs = requireNonNull(catalogs, "catalogs is null");
    this.registry = requireNonNull(registry, "registry is null");
    this.staleness = requireNonNull(staleness, "staleness is null");
    this.scanner = requireNonNull(scanner, "scanner is null");
  }

  /**
   * @param kernel where the question runs; must outlive the answer
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   * @throws io.bergview.errors.UsageException where the question does not fit the view's columns
   */
  public Answer find(String name, FindQuery query, Kernel kernel) {
    RegisteredView view = registry.find(name);
    ViewState state = staleness.state(view);
    Pinned pinned = new Pinned(catalogs, registry, staleness, kernel, scanner);
    try {
      return query.staleOk() || Pinned.mayAnswer(state)
          ? fromView(view, state, query, kernel, pinned)
          : fromSources(view, state, query, kernel, pinned);
    } catch (RuntimeException e) {
      pinned.close();
      throw e;
    }
  }

  private static Answer fromView(
      RegisteredView view, ViewState state, FindQuery query, Kernel kernel, Pinned pinned) {
    Schema visible =
        new Schema(
            view.table().schema().columns().stream()
                .filter(column -> !column.name().equals(ResolvedView.STATE))
                .toList());
    FindPlanner plan =
        FindPlanner.plan(new SourceTable(view.name(), view.tableName(), visible), query);
    String relation = pinned.scan(view.table(), plan.reads());
    return new Answer(Answer.By.VIEW, state, plan.answer(), plan.sql(relation), kernel, pinned);
  }

  private static Answer fromSources(
      RegisteredView view, ViewState state, FindQuery query, Kernel kernel, Pinned pinned) {
    ResolvedView resolved = pinned.resolve(view);
    Schema visible = new Schema(resolved.schema().columns().subList(0, resolved.columns().size()));
    FindPlanner plan =
        FindPlanner.plan(new SourceTable(view.name(), view.tableName(), visible), query);
    String relation = pinned.define(view.name(), resolved, plan.reads());
    return new Answer(Answer.By.SOURCES, state, plan.answer(), plan.sql(relation), kernel, pinned);
  }
}
