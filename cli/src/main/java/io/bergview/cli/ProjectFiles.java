package io.bergview.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes files into a project folder and never overwrites one; takes away only what it knows word
 * for word.
 */
final class ProjectFiles {
  private final Path project;
  private final List<String> written = new ArrayList<>();
  private final List<String> kept = new ArrayList<>();
  private final List<String> removed = new ArrayList<>();

  ProjectFiles(Path project) {
    this.project = project;
  }

  /** Writes missing files; existing ones with other content are kept. */
  void add(String folder, Map<String, String> files) throws IOException {
    Path directory = Files.createDirectories(project.resolve(folder));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = directory.resolve(file.getKey());
      String shown = project.relativize(path).toString();
      if (!Files.exists(path)) {
        Files.writeString(path, file.getValue());
        written.add(shown);
      } else if (!Files.readString(path).equals(file.getValue())) {
        kept.add(shown);
      }
    }
  }

  /** The existing files with other content. */
  List<String> differing(String folder, Map<String, String> files) throws IOException {
    List<String> differing = new ArrayList<>();
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = project.resolve(folder).resolve(file.getKey());
      if (Files.exists(path) && !Files.readString(path).equals(file.getValue())) {
        differing.add(project.relativize(path).toString());
      }
    }
    return differing;
  }

  /** Removes those of the files that are there exactly as given. */
  void remove(String folder, Map<String, String> files) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = project.resolve(folder).resolve(file.getKey());
      if (Files.exists(path) && Files.readString(path).equals(file.getValue())) {
        Files.delete(path);
        removed.add(project.relativize(path).toString());
      }
    }
  }

  List<String> removed() {
    return removed;
  }

  List<String> written() {
    return written;
  }

  /** Files in the way, left as they are. */
  List<String> kept() {
    return kept;
  }
}
