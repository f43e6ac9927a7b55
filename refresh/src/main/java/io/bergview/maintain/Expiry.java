package io.bergview.maintain;

import static java.util.stream.Collectors.partitioningBy;

import io.bergview.catalog.DirectExecutor;
import io.bergview.catalog.commit.SettledOperations;
import io.bergview.catalog.view.ReachableFiles;
import io.bergview.catalog.view.ReachableFiles.FileKind;
import io.bergview.catalog.view.ReachableFiles.ReachableFile;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.history.CommitJournal;
import io.bergview.history.ViewHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.ExpireSnapshots;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.PartitionStatisticsFile;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.StatisticsFile;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * Expiring snapshots, and the files that only they reference. Iceberg expires the snapshots and
 * deletes nothing; unreferenced files are determined from the table after that commit, so that
 * files of concurrent commits are kept. If the process dies between the two, the files are orphans.
 * The history of the snapshots is written to the journal first.
 */
final class Expiry {
  private final String view;
  private final Table table;
  private final SnapshotRetention retention;
  private final Set<Long> named;
  private final CommitJournal journal;
  private final Instant unread;

  /**
   * @param unread who began to read before has ended
   */
  Expiry(
      String view,
      Table table,
      SnapshotRetention retention,
      Set<Long> named,
      CommitJournal journal,
      Instant unread) {
    this.view = view;
    this.table = table;
    this.retention = retention;
    this.named = named;
    this.journal = journal;
    this.unread = unread;
  }

  /**
   * @param snapshots that were expired
   * @param kept that remain
   * @param files that are unreferenced, by {@link ReachableFiles#key}
   * @param leaving that may be deleted when current readers have ended, by the same key
   */
  record Expired(
      List<Snapshot> snapshots,
      List<Snapshot> kept,
      Map<String, ReachableFile> files,
      Map<String, ReachableFile> leaving) {}

  /** What {@link #run} would do. */
  Expired forecast() {
    List<Snapshot> going = retention.expirable(named);
    List<Snapshot> staying = all();
    staying.removeAll(going);
    return expired(going, staying, Statistics.of(table), new LastRead(table));
  }

  /** Forgets the snapshots. */
  Expired run() {
    Statistics statistics = Statistics.of(table);
    LastRead lastRead = new LastRead(table);
    List<Snapshot> going = forget();
    List<Snapshot> staying = all();
    Set<Long> left = ids(staying);
    List<Snapshot> gone =
        going.stream().filter(snapshot -> !left.contains(snapshot.snapshotId())).toList();
    return expired(gone, staying, statistics, lastRead);
  }

  private List<Snapshot> forget() {
    try {
      Map<String, SnapshotRef> outlived = retention.outlivedRefs();
      if (!outlived.isEmpty()) {
        removeRefs(outlived);
        table.refresh();
      }
      List<Snapshot> going = retention.expirable(named);
      if (!going.isEmpty()) {
        journal.add(view, table.uuid().toString(), ViewHistory.lostWithout(table, ids(going)));
        expire(going);
        table.refresh();
      }
      return going;
    } catch (CommitStateUnknownException e) {
      throw new ConflictException(
          ErrorCode.COMMIT_STATE_UNKNOWN,
          "It is not known whether snapshots of view %s have expired: %s; vacuum again, which settles it"
              .formatted(view, e.getMessage()),
          e);
    } catch (CommitFailedException | ValidationException | IllegalArgumentException e) {
      throw new ConflictException(
          ErrorCode.COMMIT_CONFLICT,
          "View %s was changed by somebody else while its snapshots were to expire; none has, vacuum again"
              .formatted(view),
          e);
    }
  }

  private void removeRefs(Map<String, SnapshotRef> refs) {
    Transaction transaction = SettledOperations.newTransaction(table);
    ManageSnapshots manage = transaction.manageSnapshots();
    refs.forEach(
        (name, ref) -> {
          if (ref.isTag()) {
            manage.removeTag(name);
          } else {
            manage.removeBranch(name);
          }
        });
    manage.commit();
    transaction.commitTransaction();
  }

  private void expire(List<Snapshot> going) {
    Transaction transaction = SettledOperations.newTransaction(table);
    ExpireSnapshots expire =
        transaction
            .expireSnapshots()
            .cleanExpiredFiles(false)
            .planWith(new DirectExecutor())
            .expireOlderThan(0);
    going.forEach(snapshot -> expire.expireSnapshotId(snapshot.snapshotId()));
    expire.commit();
    transaction.commitTransaction();
  }

  private Expired expired(
      List<Snapshot> gone, List<Snapshot> staying, Statistics statistics, LastRead lastRead) {
    Map<Boolean, List<Snapshot>> byReaders =
        gone.stream().collect(partitioningBy(snapshot -> lastRead.isBefore(unread, snapshot)));
    List<Snapshot> read = byReaders.getOrDefault(false, List.of());
    List<Snapshot> held = new ArrayList<>(staying);
    held.addAll(read);
    return new Expired(
        gone,
        staying,
        onlyIn(byReaders.getOrDefault(true, List.of()), held, statistics),
        onlyIn(read, staying, statistics));
  }

  private Map<String, ReachableFile> onlyIn(
      List<Snapshot> gone, List<Snapshot> staying, Statistics statistics) {
    if (gone.isEmpty()) {
      return Map.of();
    }
    Map<String, ReachableFile> files = ReachableFiles.onlyIn(table, gone, staying);
    Set<Long> ids = ids(gone);
    statistics
        .files()
        .forEach(
            file -> {
              if (ids.contains(file.snapshotId())) {
                files.putIfAbsent(
                    ReachableFiles.key(file.location()),
                    new ReachableFile(file.location(), FileKind.STATISTICS, file.bytes()));
              }
            });
    statistics.files().stream()
        .filter(file -> !ids.contains(file.snapshotId()))
        .forEach(file -> files.remove(ReachableFiles.key(file.location())));
    return files;
  }

  private List<Snapshot> all() {
    List<Snapshot> all = new ArrayList<>();
    table.snapshots().forEach(all::add);
    return all;
  }

  private static Set<Long> ids(List<Snapshot> snapshots) {
    Set<Long> ids = new HashSet<>();
    snapshots.forEach(snapshot -> ids.add(snapshot.snapshotId()));
    return ids;
  }

  /** Statistics files, which the metadata forgets together with their snapshots. */
  private record Statistics(List<Of> files) {
    private record Of(long snapshotId, String location, long bytes) {}

    private static Statistics of(Table table) {
      List<Of> files = new ArrayList<>();
      for (StatisticsFile file : table.statisticsFiles()) {
        files.add(new Of(file.snapshotId(), file.path(), file.fileSizeInBytes()));
      }
      for (PartitionStatisticsFile file : table.partitionStatisticsFiles()) {
        files.add(new Of(file.snapshotId(), file.path(), file.fileSizeInBytes()));
      }
      return new Statistics(files);
    }
  }
}
