package io.bergview.discover;

import io.bergview.catalog.Project;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes types into a project's folder: all or none, and none over a file that is there. */
final class TypeFiles {
  private static final Logger LOG = LoggerFactory.getLogger(TypeFiles.class);
  static final String EXTENSION = ".yaml";

  private final Project project;

  TypeFiles(Project project) {
    this.project = project;
  }

  /** The names of the files that are there, without their extensions. */
  Set<String> names() {
    Path folder = project.typesDirectory();
    if (!Files.isDirectory(folder)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      Set<String> names = new HashSet<>();
      files
          .map(file -> file.getFileName().toString())
          .forEach(name -> names.add(name.replaceFirst("\\.[^.]*$", "")));
      return names;
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "Cannot read the folder %s: %s".formatted(folder, e.getMessage()),
          e);
    }
  }

  /** Relative to the project. */
  String file(String type) {
    return project
        .directory()
        .relativize(project.typesDirectory().resolve(type + EXTENSION))
        .toString();
  }

  /**
   * @throws ConflictException {@code FILE_EXISTS} if one was written since; then none is written
   * @throws StorageException {@code STORAGE_FAILED} or {@code ACCESS_DENIED}; likewise
   */
  void write(List<DiscoveredType> types) {
    List<Path> written = new ArrayList<>();
    try {
      Files.createDirectories(project.typesDirectory());
      for (DiscoveredType type : types) {
        Path file = project.directory().resolve(type.file());
        create(file);
        written.add(file);
        Files.writeString(file, type.text());
      }
    } catch (IOException e) {
      remove(written);
      throw new StorageException(
          e instanceof java.nio.file.AccessDeniedException
              ? ErrorCode.ACCESS_DENIED
              : ErrorCode.STORAGE_FAILED,
          "Cannot write types into %s: %s; none was written"
              .formatted(project.typesDirectory(), e.getMessage()),
          e);
    } catch (BergviewException e) {
      remove(written);
      throw e;
    }
  }

  private static void create(Path file) throws IOException {
    try {
      Files.write(file, new byte[0], StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw new ConflictException(
          ErrorCode.FILE_EXISTS,
          "%s exists already, and nothing is overwritten; discover again".formatted(file),
          e);
    }
  }

  private static void remove(List<Path> written) {
    for (Path file : written) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOG.warn("Cannot remove {}: {}", file, e.getMessage());
      }
    }
  }
}
