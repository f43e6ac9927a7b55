package io.bergview.refresh.write;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.plan.ResolvedView;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.CloseableIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many copies the storage keeps of each data and delete file of a view. */
public record Replicas(int copies, Origin from) {
  private static final Logger LOG = LoggerFactory.getLogger(Replicas.class);

  /** Where the number is from. */
  public enum Origin {
    DECLARED("where the storage is HDFS"),
    BASE("as those of its base"),
    FILES("as those that it has");

    private final String text;

    Origin(String text) {
      this.text = text;
    }
  }

  public Replicas {
    requireNonNull(from, "from is null");
  }

  /**
   * Of a view whose table is laid out now; empty where neither its definition nor the storage of
   * its base has a number.
   */
  static Optional<Replicas> of(ResolvedView view, Optional<Table> root) {
    return declared(view).or(() -> root.flatMap(base -> ofFiles(base, Origin.BASE)));
  }

  /** Of a view whose table is laid out: without a declared number, that of its files. */
  static Optional<Replicas> stored(ResolvedView view, Table table) {
    return declared(view).or(() -> ofFiles(table, Origin.FILES));
  }

  private static Optional<Replicas> declared(ResolvedView view) {
    OptionalInt copies = view.definition().layout().replication();
    return copies.isPresent()
        ? Optional.of(new Replicas(copies.getAsInt(), Origin.DECLARED))
        : Optional.empty();
  }

  /**
   * As many as one of a table's files has. Of files that cannot be read nothing is known: to say so
   * is up to who needs their rows, and a view that has lost some is written anew.
   */
  private static Optional<Replicas> ofFiles(Table table, Origin from) {
    Snapshot current = table.currentSnapshot();
    if (current == null || !Replication.isKept(table.io(), table.location())) {
      return Optional.empty();
    }
    try {
      for (ManifestFile manifest : current.dataManifests(table.io())) {
        Optional<String> file = firstFile(table, manifest);
        if (file.isPresent()) {
          OptionalInt copies = Replication.copiesOf(table.io(), file.get());
          return copies.isPresent()
              ? Optional.of(new Replicas(copies.getAsInt(), from))
              : Optional.empty();
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("The copies of the files of {} are not known", table.name(), e);
    }
    return Optional.empty();
  }

  private static Optional<String> firstFile(Table table, ManifestFile manifest) throws IOException {
    try (ManifestReader<DataFile> reader = ManifestFiles.read(manifest, table.io(), table.specs());
        CloseableIterator<DataFile> files = reader.iterator()) {
      return files.hasNext() ? Optional.of(files.next().location()) : Optional.empty();
    }
  }

  /** For display. */
  String describe() {
    return "%d %s of each data file, %s"
        .formatted(copies, copies == 1 ? "copy" : "copies", from.text);
  }
}
