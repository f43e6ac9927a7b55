package io.bergview.discover;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.ProjectDefinitions;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.SourceColumns;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.discover.Drift.BrokenView;
import io.bergview.errors.BergviewException;
import io.bergview.errors.DataException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.SourceException;
import io.bergview.pipeline.CancelledException;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.pipeline.engine.DuplicateKeys;
import io.bergview.pipeline.engine.EmbeddedSession;
import io.bergview.pipeline.scan.Relation;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.plan.PlanSources;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.plan.UniqueCheck;
import io.bergview.projection.resolve.ViewResolver;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * Which views can no longer be refreshed: their columns are gone, or a key that they join by is
 * there twice and one of their rows refers to it. And which registered views {@code apply} would
 * refuse, since the folder's types no longer fit the tables.
 */
final class ViewBreakage {
  private final ProjectContext context;
  private final Catalogs catalogs;
  private final ProjectDefinitions definitions;
  private final DuckDbSession session;
  private final Map<String, BrokenView> broken = new TreeMap<>();

  ViewBreakage(ProjectContext context, ProjectDefinitions definitions, DuckDbSession session) {
    this.context = context;
    this.catalogs = context.catalogs();
    this.definitions = definitions;
    this.session = session;
  }

  /**
   * @param types whose views are looked at
   * @param repeated types with a key that is there more than once
   * @param unreadable hears of views that cannot be looked at
   */
  List<BrokenView> of(
      List<RegisteredView> views,
      Set<String> types,
      Set<String> repeated,
      BiConsumer<String, BergviewException> unreadable) {
    Map<String, RegisteredView> registered = new LinkedHashMap<>();
    views.forEach(view -> registered.put(view.name(), view));
    ProjectTypeSource now = new ProjectTypeSource(catalogs, definitions.types(), registered);
    for (RegisteredView view : views) {
      if (Collections.disjoint(view.definition().sources().keySet(), types)) {
        continue;
      }
      try {
        refreshed(view, repeated).or(() -> applied(view, now)).ifPresent(this::add);
      } catch (CancelledException e) {
        throw e;
      } catch (RuntimeException e) {
        unreadable.accept(
            view.name(), catalogs.failure(e, "check view " + view.name(), view.catalog()));
      }
    }
    return List.copyOf(broken.values());
  }

  private void add(BrokenView view) {
    broken.put(view.view(), view);
  }

  private Optional<BrokenView> refreshed(RegisteredView view, Set<String> repeated) {
    Map<String, SourceColumns> columns = new HashMap<>();
    for (Map.Entry<String, StoredDefinition.Source> source :
        view.definition().sources().entrySet()) {
      Optional<Table> table = catalogs.findToRead(source.getValue().table());
      if (table.isEmpty()) {
        return Optional.of(
            new BrokenView(
                view.name(),
                gone(source.getValue().table()).name(),
                "Source %s does not exist any more".formatted(source.getValue().table())));
      }
      columns.put(source.getKey(), SourceColumns.of(table.get(), source.getValue(), view));
    }
    try {
      ResolvedView resolved = FrozenTypes.resolve(view, columns);
      List<UniqueCheck> checks =
          resolved.checks().stream().filter(check -> repeated.contains(check.type())).toList();
      if (!checks.isEmpty()) {
        refuseRepeated(view.name(), checks);
      }
      return Optional.empty();
    } catch (SourceException | DataException e) {
      return Optional.of(brokenBy(view.name(), e));
    }
  }

  private ErrorCode gone(TableName table) {
    return table.ref().isPresent() && catalogs.findToRead(table.withoutRef()).isPresent()
        ? ErrorCode.SOURCE_REF_DROPPED
        : ErrorCode.SOURCE_NOT_FOUND;
  }

  private static BrokenView brokenBy(String view, BergviewException e) {
    return new BrokenView(view, e.code().name(), String.valueOf(e.getMessage()));
  }

  /**
   * @throws DataException {@code DUPLICATE_KEY}
   */
  private void refuseRepeated(String view, List<UniqueCheck> checks) {
    Deque<Relation> open = new ArrayDeque<>();
    try {
      Map<String, String> from = new HashMap<>();
      for (UniqueCheck check : checks) {
        for (SourceTable source : PlanSources.of(check.target(), check.references())) {
          Table table = catalogs.loadToRead(source.table());
          Snapshot snapshot = table.currentSnapshot();
          OptionalLong id =
              snapshot == null ? OptionalLong.empty() : OptionalLong.of(snapshot.snapshotId());
          Relation relation = context.scanner().scan(session, table, id, source.schema());
          open.push(relation);
          from.put(source.type(), relation.sql());
        }
        DuplicateKeys.refuse(
            new EmbeddedSession(session, context.scanner()),
            view,
            List.of(check),
            source ->
                Optional.ofNullable(from.get(source.type()))
                    .orElseThrow(() -> new IllegalStateException(source + " was not opened")));
      }
    } finally {
      open.forEach(Relation::close);
    }
  }

  /** Of a view that the folder defines as well. */
  private Optional<BrokenView> applied(RegisteredView view, ProjectTypeSource now) {
    ViewDefinition definition = definitions.views().get(view.name());
    if (definition == null) {
      return Optional.empty();
    }
    try {
      ViewResolver.resolve(definition, now);
      return Optional.empty();
    } catch (DefinitionException | NotFoundException e) {
      return Optional.of(brokenBy(view.name(), e));
    }
  }
}
