package io.bergview.cli.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.iceberg.catalog.Catalog;

/** A project of its own for one surface, with secrets in its settings. */
final class ScratchProject {
  static final String PASSWORD = "pw-Zq7Lx0TnV4";
  static final String TOKEN = "tk-J2mWq8Rb5YcXe1Hd";
  static final String HEADER = "hd-Kp3Vn6Us9Aa2Gf";
  static final List<String> SECRETS = List.of(PASSWORD, TOKEN, HEADER);

  private static final String SETTINGS =
      """
      catalogs:
        lake: {type: sqlite, warehouse: warehouse, local.sync: false, jdbc.password: %s}
      serve:
        token: %s
        hooks:
          - on: failure
            webhook: http://ann:%s@127.0.0.1:1/hook
            headers: {Authorization: 'Bearer %s'}
      """
          .formatted(PASSWORD, TOKEN, PASSWORD, HEADER);

  private final Path folder;

  private ScratchProject(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the project in a new folder below the one given.
   *
   * @param tables makes what views may read
   */
  static ScratchProject create(Path parent, String name, Consumer<Catalog> tables) {
    try {
      Path folder = Files.createDirectories(parent.resolve(name)).toRealPath();
      Files.writeString(folder.resolve(Project.FILE), SETTINGS);
      try (Bergview bergview = Bergview.open(folder)) {
        tables.accept(bergview.catalog("lake"));
      }
      return new ScratchProject(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String settings() {
    return SETTINGS;
  }

  Path folder() {
    return folder;
  }

  Commands commands() {
    return new Commands(folder);
  }

  ScratchProject write(String below, Map<String, String> files) {
    files.forEach(
        (name, text) -> Folders.write(folder.resolve(below).resolve(name), text.getBytes(UTF_8)));
    return this;
  }

  /** The files of tables, and whatever else is there but the catalog's own and locks. */
  Map<String, String> state() {
    try {
      return Folders.files(
          folder, name -> !name.startsWith("warehouse/catalog.db") && !name.endsWith(".lock"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What commands left in the folder for temporary files. */
  List<String> temporaryFiles() throws IOException {
    return List.copyOf(Folders.files(folder.resolve(".bergview/temp"), name -> true).keySet());
  }
}
