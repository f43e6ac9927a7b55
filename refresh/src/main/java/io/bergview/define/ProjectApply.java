package io.bergview.define;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.ProjectDefinitions;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.StoredDefinition;
import io.bergview.catalog.view.ViewGraph;
import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.UsageException;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.projection.definition.Definition;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.DefinitionWriter;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.resolve.TypeCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes the registered views match the project's folder. All definitions are checked before the
 * first is registered, and if a new or changed one is wrong, none is. An unchanged view that no
 * longer fits its sources does not block the others: the folder has no mistake, and the others may
 * adapt to the change of the source.
 */
public final class ProjectApply {
  private final ProjectContext context;
  private final Project project;
  private final Catalogs catalogs;
  private final ViewDefiner definer;

  public ProjectApply(ProjectContext context) {
    this.project = context.project();
    this.catalogs = context.catalogs();
    this.context = context;
    this.definer = new ViewDefiner(context);
  }

  /**
   * @param steps of the views in the folder, upstream views first
   * @param unlisted registered views that the folder does not define; they are left alone
   * @param refused views whose unchanged definitions do not fit their sources any more; they stay
   *     registered as they are
   */
  public record Outcome(List<DefinePlan> steps, List<String> unlisted, List<Refused> refused) {
    public Outcome {
      steps = List.copyOf(steps);
      unlisted = List.copyOf(unlisted);
      refused = List.copyOf(refused);
    }
  }

  /** A view, and why its definition does not fit its sources. */
  public record Refused(String view, BergviewException error) {
    public Refused {
      requireNonNull(view, "view is null");
      requireNonNull(error, "error is null");
    }
  }

  /** What would be done, and the definition that would be registered. */
  public record Planned(DefinePlan step, StoredDefinition definition) {
    public Planned {
      requireNonNull(step, "step is null");
      requireNonNull(definition, "definition is null");
    }
  }

  /**
   * What {@link #apply} would do.
   *
   * @throws DefinitionException with the problems of all definitions, if a new or changed one is
   *     wrong
   */
  public Outcome plan() {
    return each(ProjectDefinitions.read(project), definer::plan);
  }

  /**
   * Registers every view of the folder, except those that it returns as refused.
   *
   * @throws DefinitionException with the problems of all definitions, if a new or changed one is
   *     wrong; nothing is registered
   */
  public Outcome apply() {
    ProjectDefinitions definitions = ProjectDefinitions.read(project);
    each(definitions, definer::plan);
    return each(definitions, definer::define);
  }

  /** Registers the views of one file; entity types in it are used with those of the project. */
  public List<DefinePlan> define(Path file) {
    return define(given(read(file), "this file defines"));
  }

  /**
   * Registers views that no file need hold; entity types among the definitions are used with those
   * of the project, and in place of those of the same names.
   */
  public List<DefinePlan> define(List<? extends Definition> given) {
    return define(given(given, "these definitions hold"));
  }

  private List<DefinePlan> define(Given all) {
    plan(all);
    ViewGraph<String> defined = new ViewGraph<>();
    List<DefinePlan> steps =
        all.views().stream()
            .map(view -> definer.define(view, types(all.definitions(), all.names(), defined)))
            .toList();
    return warned(steps, all);
  }

  /** What {@link #define(List)} would do. */
  public List<DefinePlan> planDefine(List<? extends Definition> given) {
    Given all = given(given, "these definitions hold");
    return warned(plan(all), all);
  }

  /** Definitions beside those of the project, and the views among them in their order. */
  private record Given(ProjectDefinitions definitions, List<ViewDefinition> views) {
    Set<String> names() {
      return views.stream().map(ViewDefinition::name).collect(Collectors.toSet());
    }
  }

  /**
   * @param subject what begins the error where there is no view
   */
  private Given given(List<? extends Definition> given, String subject) {
    List<Definition> read = List.copyOf(given);
    if (read.isEmpty()) {
      throw new UsageException(ErrorCode.USAGE, "There is no definition to register");
    }
    ProjectDefinitions definitions = ProjectDefinitions.read(project).with(read);
    List<ViewDefinition> views =
        definitions.views().values().stream().filter(read::contains).toList();
    if (views.isEmpty()) {
      throw read.get(0)
          .origin()
          .failure(
              DefinitionProblem.ProblemKind.MISSING,
              "",
              "%s no view, only %s; put entity types into types/ and name a file with a view"
                  .formatted(subject, listed(read)));
    }
    return new Given(definitions, views);
  }

  private List<DefinePlan> plan(Given all) {
    ViewGraph<String> planned = new ViewGraph<>();
    return all.views().stream()
        .map(view -> definer.plan(view, types(all.definitions(), all.names(), planned)))
        .toList();
  }

  /**
   * What {@link #redefine} would do.
   *
   * @throws DefinitionException where the file does not define the view
   */
  public Planned planRedefine(String name, Path file) {
    return redefine(name, file, definer::planned);
  }

  /** Gives one view the definition that a file has for it; other views of the file are not read. */
  public DefinePlan redefine(String name, Path file) {
    return redefine(name, file, definer::define);
  }

  /** Such as {@code the entity types Customer and Order, the view Sales}. */
  private static String listed(List<Definition> definitions) {
    List<String> types = new ArrayList<>();
    List<String> views = new ArrayList<>();
    for (Definition definition : definitions) {
      (definition instanceof EntityType ? types : views).add(definition.name());
    }
    List<String> kinds = new ArrayList<>();
    if (!types.isEmpty()) {
      kinds.add("the entity type" + (types.size() == 1 ? " " : "s ") + String.join(", ", types));
    }
    if (!views.isEmpty()) {
      kinds.add("the view" + (views.size() == 1 ? " " : "s ") + String.join(", ", views));
    }
    return String.join(" and ", kinds);
  }

  private <T> T redefine(String name, Path file, BiFunction<ViewDefinition, ProjectTypes, T> step) {
    List<Definition> read = read(file);
    ViewDefinition view =
        read.stream()
            .filter(ViewDefinition.class::isInstance)
            .map(ViewDefinition.class::cast)
            .filter(defined -> defined.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    read.get(0)
                        .origin()
                        .failure(
                            DefinitionProblem.ProblemKind.MISSING,
                            "",
                            "this file does not define view %s, only %s"
                                .formatted(name, listed(read))));
    List<Definition> used =
        read.stream().filter(d -> d instanceof EntityType || d.equals(view)).toList();
    ProjectDefinitions definitions = ProjectDefinitions.read(project).with(used);
    return step.apply(view, types(definitions, Set.of(name), new ViewGraph<>()));
  }

  private List<Definition> read(Path file) {
    return new DefinitionReader(project.catalogs().keySet()).read(file);
  }

  private Outcome each(
      ProjectDefinitions definitions, BiFunction<ViewDefinition, ProjectTypes, DefinePlan> step) {
    List<DefinePlan> steps = new ArrayList<>();
    List<DefinitionProblem> problems = new ArrayList<>();
    List<Refused> refused = new ArrayList<>();
    ViewGraph<String> checked = new ViewGraph<>();
    Set<String> all = definitions.views().keySet();
    ProjectTypes types = types(definitions, all, checked);
    problems.addAll(mistakesInTypes(definitions, types));
    boolean mistaken = !problems.isEmpty();
    List<String> unlisted =
        Stream.concat(types.registered().keySet().stream(), types.damaged().keySet().stream())
            .filter(name -> !definitions.views().containsKey(name))
            .sorted()
            .toList();
    for (ViewDefinition view : definitions.views().values()) {
      try {
        DefinePlan done = step.apply(view, types);
        steps.add(done);
        if (done.action() != DefinePlan.Action.UNCHANGED) {
          types = types(definitions, all, checked);
        }
      } catch (DefinitionException e) {
        problems.addAll(e.problems());
        mistaken |= !isAsRegistered(view, definitions, types);
        refused.add(new Refused(view.name(), e));
      } catch (NotFoundException e) {
        if (!isAsRegistered(view, definitions, types)) {
          throw e;
        }
        refused.add(new Refused(view.name(), e));
      }
    }
    if (mistaken) {
      throw new DefinitionException(problems.stream().distinct().toList());
    }
    return new Outcome(warned(steps, definitions.views().values(), types), unlisted, refused);
  }

  /**
   * Problems of entity types, whether or not a view uses them. A type with which a view has been
   * registered unchanged is checked with that view.
   */
  private static List<DefinitionProblem> mistakesInTypes(
      ProjectDefinitions definitions, ProjectTypes types) {
    Set<String> registered =
        types.registered().values().stream()
            .flatMap(view -> view.definition().types().values().stream())
            .map(DefinitionWriter::write)
            .collect(Collectors.toSet());
    return definitions.types().values().stream()
        .filter(type -> type.table().isPresent())
        .filter(type -> !registered.contains(DefinitionWriter.write(type)))
        .flatMap(type -> TypeCheck.problems(type, types).stream())
        .toList();
  }

  /** With what the steps mean for other views, too. */
  private List<DefinePlan> warned(List<DefinePlan> steps, Given all) {
    ProjectTypes types = types(all.definitions(), all.names(), new ViewGraph<>());
    DownstreamViews downstream =
        new DownstreamViews(
            catalogs,
            types.registered().values().stream()
                .filter(view -> !all.names().contains(view.name()))
                .toList());
    List<DefinePlan> warned = warned(steps, all.views(), types);
    return IntStream.range(0, steps.size())
        .mapToObj(
            i ->
                downstream.named(
                    warned.get(i), () -> definer.planned(all.views().get(i), types).definition()))
        .toList();
  }

  /** With what the steps together mean for the views that are to be kept fresh. */
  private List<DefinePlan> warned(
      List<DefinePlan> steps, Collection<ViewDefinition> changed, ProjectTypes types) {
    StalledSchedules stalled =
        new StalledSchedules(types.graph(), types.registered().values(), changed);
    return steps.stream()
        .map(step -> step.warning(stalled.warnings(step.view(), catalogs.qualified(step.table()))))
        .toList();
  }

  /**
   * Whether the folder defines a view exactly as it is registered, including its types and upstream
   * views.
   */
  private static boolean isAsRegistered(
      ViewDefinition view, ProjectDefinitions definitions, ProjectTypes types) {
    RegisteredView registered = types.registered().get(view.name());
    return registered != null
        && same(view, registered.definition().view())
        && registered.definition().types().values().stream()
            .allMatch(
                type -> {
                  EntityType inFolder = definitions.types().get(type.name());
                  return inFolder == null || same(inFolder, type);
                })
        && registered.definition().sources().keySet().stream()
            .map(definitions.views()::get)
            .filter(Objects::nonNull)
            .allMatch(upstream -> isAsRegistered(upstream, definitions, types));
  }

  private static boolean same(Definition one, Definition other) {
    return DefinitionWriter.write(one).equals(DefinitionWriter.write(other));
  }

  private ProjectTypes types(
      ProjectDefinitions definitions, Set<String> defining, ViewGraph<String> checked) {
    return new ProjectTypes(context, definitions, defining, checked);
  }
}
