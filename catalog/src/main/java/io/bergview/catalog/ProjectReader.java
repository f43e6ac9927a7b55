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
import io.bergview.settings.MaintenanceSettings;
import io.bergview.settings.ProjectSettings;
import io.bergview.settings.ServeSettings;
import io.bergview.settings.SettingsReader;
import io.bergview.settings.SettingsReader.Sections;
import io.bergview.settings.SparkSettings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code bergview.yaml}; finds all problems in one reading. */
final class ProjectReader {
  private static final int MAX_CATALOGS = 100;
  private static final int MAX_PROPERTIES = 1_000;

  private final Path project;
  private final NodeReader reader;
  private final SettingsReader settings;

  ProjectReader(Path project, Map<String, String> environment) {
    this.project = project;
    this.reader = new NodeReader(project.resolve(Project.FILE).toString(), Set.of());
    this.settings = new SettingsReader(reader, project, environment);
  }

  Project read() {
    List<Node> documents = List.of();
    try {
      documents = DocumentReader.read(project.resolve(Project.FILE));
      return project(documents);
    } catch (DefinitionException e) {
      Secrets secrets = DocumentSecrets.of(documents, settings);
      throw new UsageException(
          ErrorCode.PROJECT_INVALID, secrets.mask(e.getMessage()), secrets.mask(e));
    }
  }

  private Project project(List<Node> documents) {
    if (documents.size() > 1) {
      reader.problem(
          ProblemKind.SYNTAX, documents.get(1), "one document is expected, found several");
    }
    Sections sections = settings.sections(documents.size() == 1 ? documents.get(0) : null);
    Map<String, CatalogSettings> catalogs = catalogs(sections.catalogs());
    ProjectSettings machine = settings.settings(sections.settings());
    MaintenanceSettings maintenance = settings.maintenance(sections.maintenance());
    ServeSettings serve = settings.serve(sections.serve());
    SparkSettings spark = settings.spark(sections.spark());
    String defaultCatalog = defaultCatalog(sections.defaultCatalog(), catalogs);
    reader.throwIfAny();
    return new Project(
        project, catalogs, defaultCatalog, machine, maintenance, serve, sections.engine(), spark);
  }

  private Map<String, CatalogSettings> catalogs(Optional<Node> node) {
    Map<String, CatalogSettings> catalogs = new LinkedHashMap<>();
    if (node.isEmpty()) {
      String name = Project.DEFAULT_CATALOG;
      catalogs.put(name, CatalogForms.defaultCatalog(name, project));
      return catalogs;
    }
    Optional<MapNode> map = reader.map(node.get(), "a map of catalogs by name");
    for (Entry entry : map.map(m -> reader.entries(m, MAX_CATALOGS)).orElse(List.of())) {
      catalog(entry).ifPresent(catalog -> catalogs.put(catalog.name(), catalog));
    }
    if (map.isPresent() && map.get().entries().isEmpty()) {
      reader.problem(ProblemKind.MISSING, node.get(), "at least one catalog is expected here");
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
    return reader.parsed(
        entry.value(), entry.key(), name -> CatalogForms.settings(name, properties, project));
  }

  /** Iceberg's keys have dots, so {@code s3: {region: x}} and {@code s3.region: x} are one. */
  private void flatten(String prefix, MapNode map, Map<String, String> properties) {
    for (Entry entry : reader.entries(map, MAX_PROPERTIES)) {
      String key = prefix + entry.key();
      if (entry.value() instanceof MapNode nested) {
        flatten(key + ".", nested, properties);
      } else {
        settings
            .text(entry.value())
            .ifPresent(
                value -> {
                  if (properties.put(key, value) != null) {
                    reader.problem(ProblemKind.DUPLICATE, entry, "'" + key + "' is set twice");
                  }
                });
      }
    }
  }

  private String defaultCatalog(Optional<Node> node, Map<String, CatalogSettings> catalogs) {
    if (node.isEmpty()) {
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
    String name = reader.text(node.get(), "the name of a catalog").orElse("");
    if (!catalogs.containsKey(name) && !reader.hasProblems()) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          node.get(),
          "there is no catalog '%s'%s"
              .formatted(name, Suggestions.didYouMean(name, catalogs.keySet())));
    }
    return name;
  }
}
