package io.bergview.catalog;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.projection.definition.EntityType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The entity types of a project's folder, by name. The files are read again where one of them was
 * changed, added or taken away since the last time. Thread-safe.
 */
public final class EntityTypes {
  private final Project project;
  private Map<Path, Stamp> stamps = Map.of();
  private Map<String, EntityType> types = Map.of();
  private boolean read;

  /** Identifies the version of a file, to detect that it was rewritten. */
  private record Stamp(long modifiedMillis, long size, Object fileKey) {
    static Stamp of(Path file) {
      try {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(
            attributes.lastModifiedTime().toMillis(),
            attributes.size(),
            String.valueOf(attributes.fileKey()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public EntityTypes(Project project) {
    this.project = requireNonNull(project, "project is null");
  }

  /**
   * @throws io.bergview.errors.DefinitionException with the problems of all files
   */
  public synchronized Map<String, EntityType> byName() {
    Map<Path, Stamp> now = stamps();
    if (!read || !now.equals(stamps)) {
      types = ProjectDefinitions.read(project).types();
      stamps = now;
      read = true;
    }
    return types;
  }

  private Map<Path, Stamp> stamps() {
    Map<Path, Stamp> found = new TreeMap<>();
    for (Path folder : new Path[] {project.typesDirectory(), project.viewsDirectory()}) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          files.filter(Files::isRegularFile).forEach(file -> found.put(file, Stamp.of(file)));
        } catch (IOException | UncheckedIOException e) {
          throw new StorageException(
              ErrorCode.STORAGE_FAILED, "Cannot read the folder %s: %s".formatted(folder, e), e);
        }
      }
    }
    return found;
  }
}
