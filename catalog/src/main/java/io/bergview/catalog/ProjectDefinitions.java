package io.bergview.catalog;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.projection.definition.Definition;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.projection.statement.CreatedView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The definitions in a project's folders {@code types/} and {@code views/}, by name.
 *
 * @param types in the order of their files
 * @param views each after those that it reads
 */
public record ProjectDefinitions(Map<String, EntityType> types, Map<String, ViewDefinition> views) {
  private static final String SQL = "sql";
  private static final Set<String> EXTENSIONS = Set.of("json", "json5", "yaml", "yml", SQL);

  public ProjectDefinitions {
    types = Collections.unmodifiableMap(new LinkedHashMap<>(types));
    views = Collections.unmodifiableMap(new LinkedHashMap<>(views));
  }

  /**
   * Reads both folders.
   *
   * @throws DefinitionException with the problems of all files
   */
  public static ProjectDefinitions read(Project project) {
    Collector collector = new Collector(project);
    collector.readAll(project.typesDirectory());
    collector.readAll(project.viewsDirectory());
    return collector.finish();
  }

  /** With the definitions of one more file, which take the place of those of the same names. */
  public ProjectDefinitions with(List<Definition> definitions) {
    Map<String, EntityType> allTypes = new LinkedHashMap<>(types);
    Map<String, ViewDefinition> allViews = new LinkedHashMap<>(views);
    for (Definition definition : definitions) {
      if (definition instanceof EntityType type) {
        allTypes.put(type.name(), type);
      } else if (definition instanceof ViewDefinition view) {
        allViews.put(view.name(), view);
      }
    }
    return new ProjectDefinitions(allTypes, inOrder(allViews));
  }

  /** Each view after those that it reads. */
  private static Map<String, ViewDefinition> inOrder(Map<String, ViewDefinition> views) {
    Map<String, ViewDefinition> ordered = new LinkedHashMap<>();
    Deque<String> path = new ArrayDeque<>();
    views.values().forEach(view -> visit(view, views, ordered, path));
    return ordered;
  }

  private static void visit(
      ViewDefinition view,
      Map<String, ViewDefinition> views,
      Map<String, ViewDefinition> ordered,
      Deque<String> path) {
    if (ordered.containsKey(view.name())) {
      return;
    }
    if (path.contains(view.name())) {
      List<String> circle = new ArrayList<>(path);
      circle = circle.subList(circle.indexOf(view.name()), circle.size());
      circle.add(view.name());
      throw view.origin()
          .failure(
              ProblemKind.CYCLE,
              view.placeOf(circle.get(1)),
              "views cannot read themselves: " + String.join(" -> ", circle));
    }
    path.addLast(view.name());
    for (String name : view.upstreams()) {
      views.values().stream()
          .filter(upstream -> upstream.name().equalsIgnoreCase(name))
          .forEach(upstream -> visit(upstream, views, ordered, path));
    }
    path.removeLast();
    ordered.put(view.name(), view);
  }

  private static final class Collector {
    private final Project project;
    private final DefinitionReader reader;
    private final Map<String, EntityType> types = new LinkedHashMap<>();
    private final Map<String, ViewDefinition> views = new LinkedHashMap<>();
    private final Map<String, String> files = new LinkedHashMap<>();
    private final List<DefinitionProblem> problems = new ArrayList<>();

    Collector(Project project) {
      this.project = project;
      this.reader = new DefinitionReader(project.catalogs().keySet());
    }

    void readAll(Path folder) {
      if (!Files.isDirectory(folder)) {
        return;
      }
      try (Stream<Path> walk = Files.walk(folder)) {
        walk.filter(Collector::isDefinition).sorted().forEach(this::read);
      } catch (IOException e) {
        throw new StorageException(
            ErrorCode.STORAGE_FAILED,
            "Cannot read the folder " + folder + ": " + e.getMessage(),
            e);
      }
    }

    private static boolean isDefinition(Path file) {
      return EXTENSIONS.contains(extension(file)) && Files.isRegularFile(file);
    }

    private static String extension(Path file) {
      String name = file.getFileName().toString();
      int dot = name.lastIndexOf('.');
      return dot > 0 ? name.substring(dot + 1).toLowerCase(Locale.ROOT) : "";
    }

    private void read(Path file) {
      String shown = project.directory().relativize(file).toString();
      try {
        String text = Files.readString(file);
        if (extension(file).equals(SQL)) {
          CreatedView.definitions(text, shown, project.catalogs().keySet())
              .forEach(view -> add(view, shown));
        } else {
          reader.read(shown, text).forEach(definition -> add(definition, shown));
        }
      } catch (DefinitionException e) {
        problems.addAll(e.problems());
      } catch (IOException e) {
        throw new StorageException(
            ErrorCode.STORAGE_FAILED,
            "Cannot read " + shown + " as UTF-8 text: " + e.getMessage(),
            e);
      }
    }

    private void add(Definition definition, String file) {
      String name = definition.name();
      String other = files.put(name, file);
      if (other != null) {
        problems.add(
            definition
                .origin()
                .problem(
                    ProblemKind.DUPLICATE,
                    "$type",
                    "'"
                        + name
                        + "' is defined in "
                        + other
                        + " too; names of types and views are unique"));
      } else if (definition instanceof EntityType type) {
        types.put(name, type);
      } else {
        views.put(name, (ViewDefinition) definition);
      }
    }

    ProjectDefinitions finish() {
      if (!problems.isEmpty()) {
        throw new DefinitionException(problems);
      }
      return new ProjectDefinitions(types, inOrder(views));
    }
  }
}
