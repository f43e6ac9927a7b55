package io.bergview.catalog;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import io.bergview.projection.text.DocumentReader;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.NodeReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code bergview.yaml}; finds all problems in one reading. */
final class ProjectReader {
  private static final List<String> KEYS =
      List.of("catalogs", "default-catalog", "settings", "maintenance", "serve");
  private static final List<String> SETTINGS =
      List.of(
          "memory-limit",
          "threads",
          "temp-directory",
          "temp-limit",
          "cache-directory",
          "cache-limit",
          "target-file-size",
          "safety-age");
  private static final int MAX_CATALOGS = 100;
  private static final int MAX_PROPERTIES = 1_000;
  private static final int MAX_THREADS = 4_096;

  private final Path project;
  private final NodeReader reader;
  private final Interpolation interpolation;
  private final SettingValues values;

  ProjectReader(Path project, Map<String, String> environment) {
    this.project = project;
    this.reader = new NodeReader(project.resolve(Project.FILE).toString(), Set.of());
    this.interpolation = new Interpolation(project, environment);
    this.values = new SettingValues(reader, project, interpolation);
  }

  Project read() {
    List<Node> documents = List.of();
    try {
      documents = DocumentReader.read(project.resolve(Project.FILE));
      return project(documents);
    } catch (DefinitionException e) {
      Secrets secrets = DocumentSecrets.of(documents, interpolation);
      throw new UsageException(
          ErrorCode.PROJECT_INVALID, secrets.mask(e.getMessage()), secrets.mask(e));
    }
  }

  private Project project(List<Node> documents) {
    Map<String, Node> sections = Map.of();
    if (documents.size() > 1) {
      reader.problem(
          ProblemKind.SYNTAX, documents.get(1), "one document is expected, found several");
    } else if (documents.size() == 1) {
      sections =
          reader
              .map(documents.get(0), "a map of catalogs and settings")
              .map(map -> reader.known(map, KEYS))
              .orElse(Map.of());
    }
    Map<String, CatalogSettings> catalogs = catalogs(sections.get("catalogs"));
    ProjectSettings settings = settings(sections.get("settings"));
    MaintenanceSettings maintenance =
        new MaintenanceReader(reader, values).read(sections.get("maintenance"));
    ServeSettings serve = new ServeReader(reader, values).read(sections.get("serve"));
    String defaultCatalog = defaultCatalog(sections.get("default-catalog"), catalogs);
    reader.throwIfAny();
    return new Project(project, catalogs, defaultCatalog, settings, maintenance, serve);
  }

  private Map<String, CatalogSettings> catalogs(@Nullable Node node) {
    Map<String, CatalogSettings> catalogs = new LinkedHashMap<>();
    if (node == null) {
      String name = Project.DEFAULT_CATALOG;
      catalogs.put(name, CatalogForms.defaultCatalog(name, project));
      return catalogs;
    }
    Optional<MapNode> map = reader.map(node, "a map of catalogs by name");
    for (Entry entry : map.map(m -> reader.entries(m, MAX_CATALOGS)).orElse(List.of())) {
      catalog(entry).ifPresent(catalog -> catalogs.put(catalog.name(), catalog));
    }
    if (map.isPresent() && map.get().entries().isEmpty()) {
      reader.problem(ProblemKind.MISSING, node, "at least one catalog is expected here");
    }
    return catalogs;
  }

  private Optional<CatalogSettings> catalog(Entry entry) {
    if (entry.key().isBlank() || entry.key().contains(".") || entry.key().contains("/")) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          entry,
          "a catalog's name must not be empty and must not contain '.' or '/'");
    }
    Map<String, String> properties = new LinkedHashMap<>();
    reader
        .map(entry.value(), "the properties of the catalog")
        .ifPresent(map -> flatten("", map, properties));
    if (reader.hasProblems()) {
      return Optional.empty();
    }
    return values.checked(
        entry.value(), name -> CatalogForms.settings(name, properties, project), entry.key());
  }

  /** Iceberg's keys have dots, so {@code s3: {region: x}} and {@code s3.region: x} are one. */
  private void flatten(String prefix, MapNode map, Map<String, String> properties) {
    for (Entry entry : reader.entries(map, MAX_PROPERTIES)) {
      String key = prefix + entry.key();
      if (entry.value() instanceof MapNode nested) {
        flatten(key + ".", nested, properties);
      } else {
        values
            .scalar(entry.value())
            .ifPresent(
                value -> {
                  if (properties.put(key, value) != null) {
                    reader.problem(ProblemKind.DUPLICATE, entry, "'" + key + "' is set twice");
                  }
                });
      }
    }
  }

  private String defaultCatalog(@Nullable Node node, Map<String, CatalogSettings> catalogs) {
    if (node == null) {
      boolean single = catalogs.size() == 1 && !catalogs.containsKey(Project.DEFAULT_CATALOG);
      String name = single ? catalogs.keySet().iterator().next() : Project.DEFAULT_CATALOG;
      if (!catalogs.containsKey(name) && !reader.hasProblems()) {
        throw new UsageException(
            ErrorCode.PROJECT_INVALID,
            "%s: with several catalogs and none called '%s', default-catalog says which one is meant: %s"
                .formatted(Project.FILE, name, String.join(", ", catalogs.keySet())));
      }
      return name;
    }
    String name = reader.text(node, "the name of a catalog").orElse("");
    if (!catalogs.containsKey(name) && !reader.hasProblems()) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node,
          "there is no catalog '%s'%s"
              .formatted(name, Suggestions.didYouMean(name, catalogs.keySet())));
    }
    return name;
  }

  private ProjectSettings settings(@Nullable Node node) {
    ProjectSettings defaults = ProjectSettings.defaults(project);
    if (node == null) {
      return defaults;
    }
    Map<String, Node> keys =
        reader
            .map(node, "a map of settings")
            .map(map -> reader.known(map, SETTINGS))
            .orElse(Map.of());
    return new ProjectSettings(
        values.size(keys, "memory-limit").map(OptionalLong::of).orElse(OptionalLong.empty()),
        values
            .integer(keys, "threads", 1, MAX_THREADS)
            .map(OptionalInt::of)
            .orElse(OptionalInt.empty()),
        values.path(keys, "temp-directory").orElse(defaults.tempDirectory()),
        values.size(keys, "temp-limit").map(OptionalLong::of).orElse(OptionalLong.empty()),
        values.path(keys, "cache-directory").orElse(defaults.cacheDirectory()),
        values.size(keys, "cache-limit").orElse(defaults.cacheLimitBytes()),
        values.size(keys, "target-file-size").orElse(defaults.targetFileSizeBytes()),
        values.duration(keys, "safety-age").orElse(defaults.safetyAge()));
  }
}
