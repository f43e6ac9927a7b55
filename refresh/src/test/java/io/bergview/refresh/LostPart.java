package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.LocalDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterable;

/** A part of a table's current snapshot, which a test loses. */
enum LostPart {
  DATA_FILE("data file", "is not there"),
  TORN_DATA_FILE("data file", "bytes instead of"),
  EMPTY_DATA_FILE("data file", "has 0 bytes"),
  POSITION_DELETES("delete file", "is not there"),
  DELETION_VECTOR("delete file", "is not there"),
  MANIFEST("manifest", "is not there"),
  TORN_MANIFEST("manifest", "bytes instead of"),
  MANIFEST_LIST("manifest list", "is not there"),
  EMPTY_MANIFEST_LIST("manifest list", "is empty");

  private final String kind;
  private final String problem;

  LostPart(String kind, String problem) {
    this.kind = kind;
    this.problem = problem;
  }

  int formatVersion() {
    return this == DELETION_VECTOR ? 3 : 2;
  }

  /** Deletes a file, or cuts it off, and returns its location. */
  String lose(Table table) {
    String location = location(table);
    Path file = LocalDisk.path(location);
    assertThat(file).isRegularFile();
    try {
      switch (this) {
        case TORN_DATA_FILE, TORN_MANIFEST -> {
          byte[] whole = Files.readAllBytes(file);
          Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        }
        case EMPTY_DATA_FILE, EMPTY_MANIFEST_LIST -> Files.write(file, new byte[0]);
        default -> Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return location;
  }

  private String location(Table table) {
    Snapshot current = table.currentSnapshot();
    return switch (this) {
      case DATA_FILE, TORN_DATA_FILE, EMPTY_DATA_FILE -> tasks(table).get(0).file().location();
      case POSITION_DELETES, DELETION_VECTOR -> deletes(table).location();
      case MANIFEST, TORN_MANIFEST -> data(current.dataManifests(table.io())).path();
      case MANIFEST_LIST, EMPTY_MANIFEST_LIST -> current.manifestListLocation();
    };
  }

  /** One of live files, without which rows cannot be read. */
  private static ManifestFile data(List<ManifestFile> manifests) {
    return manifests.stream()
        .filter(manifest -> manifest.hasAddedFiles() || manifest.hasExistingFiles())
        .reduce((first, last) -> last)
        .orElseThrow();
  }

  private DeleteFile deletes(Table table) {
    DeleteFile found =
        tasks(table).stream()
            .flatMap(task -> task.deletes().stream())
            .findFirst()
            .orElseThrow(() -> new AssertionError("the table has no deletes"));
    assertThat(found.location()).endsWith(this == DELETION_VECTOR ? ".puffin" : ".parquet");
    return found;
  }

  private static List<FileScanTask> tasks(Table table) {
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      List<FileScanTask> all = new ArrayList<>();
      tasks.forEach(all::add);
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** That a text says which file is lost, and how. */
  void assertSaidIn(String text, String location) {
    assertThat(text).contains(kind + " " + location, problem);
  }
}
