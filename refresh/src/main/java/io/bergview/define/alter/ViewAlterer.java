package io.bergview.define.alter;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.ProjectDefinitions;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.define.DefinePlan;
import io.bergview.define.DownstreamViews;
import io.bergview.define.ProjectApply;
import io.bergview.define.StalledSchedules;
import io.bergview.define.ViewDefiner;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ConflictException;
import io.bergview.errors.DefinitionException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.DefinitionWriter;
import io.bergview.projection.definition.SettingsEdit;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.RefreshPlanner;
import io.bergview.refresh.explain.ViewExplainer;
import io.bergview.refresh.explain.ViewExplanation;
import io.bergview.staleness.Staleness;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Changes registered views. Settings are changed on the registered view, even if others change it
 * at the same time: after a conflict they are applied again to the new state.
 */
public final class ViewAlterer {
  private static final int MOST_ATTEMPTS = 10;

  private final Catalogs catalogs;
  private final Project project;
  private final ViewRegistry registry;
  private final ViewDefiner definer;
  private final ProjectApply apply;
  private final Staleness staleness;
  private final ViewExplainer explainer;

  public ViewAlterer(ProjectContext context) {
    this.catalogs = context.catalogs();
    this.project = context.project();
    this.registry = context.registry();
    this.definer = new ViewDefiner(context);
    this.apply = new ProjectApply(context);
    this.staleness = context.staleness();
    this.explainer = new ViewExplainer(context);
  }

  /**
   * What {@link #alter} would do; nothing is written.
   *
   * @throws io.bergview.errors.NotFoundException {@code VIEW_NOT_FOUND}
   * @throws io.bergview.errors.UsageException if there is no such setting
   * @throws DefinitionException if a value is not allowed for its setting, or the definition does
   *     not fit
   */
  public AlterPlan plan(ViewAlteration alteration) {
    RegisteredView seen = registry.find(alteration.view());
    if (alteration.file().isPresent()) {
      Path file = alteration.file().get();
      ProjectApply.Planned planned = apply.planRedefine(seen.name(), file);
      return plan(planned.step(), seen, planned.definition());
    }
    ViewDefinition changed = changed(seen, alteration);
    return plan(definer.planAlter(seen, changed), seen, with(seen, changed));
  }

  /**
   * Changes a view.
   *
   * @throws ConflictException {@code COMMIT_CONFLICT} where others changed it repeatedly
   */
  public AlterPlan alter(ViewAlteration alteration) {
    if (alteration.file().isPresent()) {
      AlterPlan plan = plan(alteration);
      apply.redefine(alteration.view(), alteration.file().get());
      return plan;
    }
    for (int attempt = 1; ; attempt++) {
      RegisteredView seen = registry.find(alteration.view());
      ViewDefinition changed = changed(seen, alteration);
      AlterPlan plan = plan(definer.planAlter(seen, changed), seen, with(seen, changed));
      try {
        definer.alter(seen, changed);
        return plan;
      } catch (ConflictException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private ViewDefinition changed(RegisteredView seen, ViewAlteration alteration) {
    return SettingsEdit.apply(
        seen.definition().view(), alteration.settings(), project.catalogs().keySet());
  }

  private static StoredDefinition with(RegisteredView seen, ViewDefinition changed) {
    return new StoredDefinition(changed, seen.definition().types(), seen.definition().sources());
  }

  private AlterPlan plan(DefinePlan planned, RegisteredView seen, StoredDefinition definition) {
    int version = seen.definitionVersion() + (planned.changesRows() ? 1 : 0);
    RegisteredView after =
        new RegisteredView(
            seen.name(),
            seen.catalog(),
            seen.identifier(),
            seen.tableName(),
            definition,
            seen.reads(),
            version,
            seen.table());
    DefinePlan step = downstream(planned.warning(warnings(after)), definition);
    AlterPlan.Next next = next(after);
    List<AlterPlan.Read> reads =
        next.kind().equals(RefreshKind.FULL.label())
            ? explainer.sources(FrozenTypes.resolve(definition, java.util.Map.of())).stream()
                .map(source -> new AlterPlan.Read(source.table(), source.rows(), source.bytes()))
                .toList()
            : List.of();
    LayoutRewrite rewrite =
        step.action() == DefinePlan.Action.ALTER_LAYOUT
                || step.action() == DefinePlan.Action.UNCHANGED
            ? LayoutRewrite.of(seen, definer.layoutOf(seen, definition))
            : LayoutRewrite.NONE;
    try {
      Optional<String> file =
          Optional.ofNullable(ProjectDefinitions.read(project).views().get(seen.name()))
              .filter(inFolder -> !same(inFolder, definition.view()))
              .map(inFolder -> inFolder.origin().file());
      return new AlterPlan(step, next, reads, rewrite, file, Optional.empty());
    } catch (DefinitionException e) {
      return new AlterPlan(
          step,
          next,
          reads,
          rewrite,
          Optional.empty(),
          Optional.of("It is unknown whether views/ defines the view differently: it has errors"));
    }
  }

  private DefinePlan downstream(DefinePlan step, StoredDefinition definition) {
    return step.changesRows()
        ? new DownstreamViews(catalogs, registry.listing().views()).named(step, () -> definition)
        : step;
  }

  private List<String> warnings(RegisteredView after) {
    return StalledSchedules.matters(after.definition().view().refresh())
        ? StalledSchedules.warnings(registry.listing().views(), after)
        : List.of();
  }

  private static boolean same(ViewDefinition one, ViewDefinition other) {
    return DefinitionWriter.write(one).equals(DefinitionWriter.write(other));
  }

  private AlterPlan.Next next(RegisteredView after) {
    try {
      ViewExplanation.Next next = explainer.next(after);
      boolean appends = after.definition().view().refresh().appends();
      return !appends
              && RefreshPlanner.plan(after, staleness.state(after), false)
                  instanceof RefreshPlan.Full full
          ? new AlterPlan.Next(full.kind().label(), full.reason().name(), full.message())
          : new AlterPlan.Next(next.kind().label(), next.reason(), next.message());
    } catch (BergviewException e) {
      return new AlterPlan.Next("refused", e.code().name(), String.valueOf(e.getMessage()));
    }
  }
}
