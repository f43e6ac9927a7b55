package io.bergview.pipeline.scan;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.ContradictoryMetadata;
import io.bergview.catalog.DirectExecutor;
import io.bergview.catalog.ManifestReading;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.SourceException;
import io.bergview.errors.StorageException;
import io.bergview.staleness.damage.UnreadableFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Binder;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.InclusiveMetricsEvaluator;
import org.apache.iceberg.expressions.Projections;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types.NestedField;

/** What a snapshot consists of: its files, each with the deletes that apply to it. */
public final class SnapshotFiles {
  /** So many are held against a filter one by one sooner than manifest by manifest. */
  static final int FEW_FILES = 4_000;

  private SnapshotFiles() {}

  /**
   * The files of a snapshot that may hold a row that matches.
   *
   * @param snapshotId empty for a table without snapshots
   * @param where by the names that columns have in the table now
   * @throws SourceException {@code SOURCE_SNAPSHOT_EXPIRED}
   * @throws MissingFileException metadata has expired since the table was loaded
   * @throws StorageException {@code STORAGE_FAILED}: it cannot be read, or contradicts itself
   */
  public static List<FileScanTask> of(Table table, OptionalLong snapshotId, Expression where) {
    return of(table, snapshotId, snapshot -> plan(table, snapshot, where));
  }

  /**
   * As {@link #of(Table, OptionalLong, Expression)}, with the bounds that some columns have in each
   * file.
   *
   * @param columns by id
   */
  static List<FileScanTask> withBounds(Table table, OptionalLong snapshotId, Schema columns) {
    return of(
        table,
        snapshotId,
        snapshot -> {
          TableScan scan = scan(table, snapshot);
          int manifests = snapshot.allManifests(table.io()).size();
          boolean few = ManifestReading.needsNoPool(table, manifests);
          return drain(
              scan.planWith(few ? new DirectExecutor() : ManifestReading.pool())
                  .includeColumnStats(
                      names(scan, columns.columns().stream().map(NestedField::fieldId))),
              file -> true);
        });
  }

  private static List<String> names(TableScan scan, Stream<Integer> ids) {
    return ids.map(scan.schema()::findColumnName).filter(Objects::nonNull).toList();
  }

  private interface Planning {
    List<FileScanTask> of(Snapshot snapshot) throws IOException;
  }

  private static List<FileScanTask> of(Table table, OptionalLong snapshotId, Planning planning) {
    if (snapshotId.isEmpty()) {
      return List.of();
    }
    Snapshot snapshot = table.snapshot(snapshotId.getAsLong());
    if (snapshot == null) {
      throw new SourceException(
          ErrorCode.SOURCE_SNAPSHOT_EXPIRED,
          "Table '%s' no longer has snapshot %d; keep its snapshots longer, or refresh fully."
              .formatted(table.name(), snapshotId.getAsLong()));
    }
    try {
      return planning.of(snapshot);
    } catch (ValidationException e) {
      throw ContradictoryMetadata.of(table, e);
    } catch (NotFoundException e) {
      throw new MissingFileException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "Cannot plan a scan of table '" + table.name() + "': " + e.getMessage(),
          e);
    } catch (RuntimeException e) {
      throw UnreadableFiles.ofPlanning(table, snapshot, e);
    }
  }

  /**
   * If there are few manifests, the filter is applied to the files after the scan. A scan with a
   * filter binds it again for each manifest, and sleeps ten milliseconds for every few manifests in
   * which nothing matches, whatever threads it is given.
   */
  private static List<FileScanTask> plan(Table table, Snapshot snapshot, Expression where)
      throws IOException {
    TableScan scan = scan(table, snapshot);
    List<ManifestFile> manifests = snapshot.allManifests(table.io());
    if (!ManifestReading.needsNoPool(table, manifests.size())) {
      return drain(scan.planWith(ManifestReading.pool()).filter(where), file -> true);
    }
    scan = scan.planWith(new DirectExecutor());
    if (where.equals(Expressions.alwaysTrue())) {
      return drain(scan, file -> true);
    }
    if (manifests.stream().mapToLong(SnapshotFiles::liveFiles).sum() > FEW_FILES) {
      return drain(scan.filter(where), file -> true);
    }
    Set<Integer> columns = Binder.boundReferences(table.schema().asStruct(), List.of(where), true);
    return drain(scan.includeColumnStats(names(scan, columns.stream())), mayMatch(table, where));
  }

  private static TableScan scan(Table table, Snapshot snapshot) {
    return table.newScan().useSnapshot(snapshot.snapshotId()).ignoreResiduals();
  }

  /**
   * Whether a file may hold a row that matches, by its partition and its bounds, as a scan with the
   * filter would decide.
   *
   * @param where by the names that columns have in the table now
   */
  static Predicate<ContentFile<?>> mayMatch(Table table, Expression where) {
    return new MayMatch(table.schema(), table.specs(), where)::test;
  }

  private static long liveFiles(ManifestFile manifest) {
    Integer added = manifest.addedFilesCount();
    Integer existing = manifest.existingFilesCount();
    return added == null || existing == null ? FEW_FILES + 1L : (long) added + existing;
  }

  private static List<FileScanTask> drain(TableScan scan, Predicate<ContentFile<?>> wanted)
      throws IOException {
    List<FileScanTask> planned = new ArrayList<>();
    try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
      for (FileScanTask task : tasks) {
        if (wanted.test(task.file())) {
          planned.add(task);
        }
      }
    }
    return planned;
  }

  /** Decides by a file's partition and its bounds, as a scan with the filter would. */
  private static final class MayMatch {
    private final Expression filter;
    private final Map<Integer, PartitionSpec> specs;
    private final InclusiveMetricsEvaluator byBounds;
    private final Map<Integer, Evaluator> byPartition = new HashMap<>();

    private MayMatch(Schema schema, Map<Integer, PartitionSpec> specs, Expression filter) {
      this.specs = specs;
      this.filter = filter;
      this.byBounds = new InclusiveMetricsEvaluator(schema, filter);
    }

    private boolean test(ContentFile<?> file) {
      return byPartition.computeIfAbsent(file.specId(), this::evaluator).eval(file.partition())
          && byBounds.eval(file);
    }

    private Evaluator evaluator(int specId) {
      PartitionSpec spec = requireNonNull(specs.get(specId), () -> "no partition spec " + specId);
      return new Evaluator(spec.partitionType(), Projections.inclusive(spec).project(filter), true);
    }
  }
}
