package io.bergview.refresh;

import static java.util.Objects.requireNonNull;

import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.CopyOnWrite;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.ManageSnapshots;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableUtil;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.util.SnapshotUtil;

/**
 * Random changes of a shop's orders: of the rows of {@code main} and of two branches, and of what
 * the branches and a tag name.
 */
final class RefChanges {
  /** What a change does. */
  enum Kind {
    APPEND,
    UPDATE_BY_COPY,
    DELETE_BY_COPY,
    DELETE_BY_POSITION,
    DELETE_BY_EQUALITY,
    COMPACT,
    FAST_FORWARD_MAIN,
    FAST_FORWARD_BRANCH,
    REPLACE_BRANCH,
    ROLL_BACK_MAIN,
    MOVE_TAG,
    DROP_REF,
    CREATE_REF,
    EXPIRE
  }

  static final List<String> BRANCHES = List.of("audit", "staging");
  static final String TAG = "closed";

  private static final int MOST_ROWS = 5;
  private static final int MOST_CUSTOMERS = 4;
  private static final List<String> STATUSES = List.of("open", "paid", "sent");

  private final SmallShop shop;
  private final Random random;
  private final List<Kind> deck = new ArrayList<>();
  private long nextId = 100;

  RefChanges(SmallShop shop, Random random) {
    this.shop = shop;
    this.random = random;
  }

  /** The change, and what it was about. */
  record Change(Kind kind, String about) {
    @Override
    public String toString() {
      return kind + " " + about;
    }
  }

  /** One change; one that cannot be made now is made later. */
  Change next() {
    while (true) {
      if (deck.isEmpty()) {
        deck.addAll(List.of(Kind.values()));
        deck.addAll(List.of(Kind.APPEND, Kind.APPEND, Kind.CREATE_REF));
        Collections.shuffle(deck, random);
      }
      for (Kind kind : List.copyOf(deck)) {
        String about = change(kind);
        if (!about.isEmpty()) {
          deck.remove(kind);
          return new Change(kind, about);
        }
      }
      deck.clear();
    }
  }

  private String change(Kind kind) {
    return switch (kind) {
      case APPEND -> append();
      case UPDATE_BY_COPY -> rows(table -> CopyOnWrite.update(table, some(), this::updated));
      case DELETE_BY_COPY -> rows(table -> CopyOnWrite.delete(table, some()));
      case DELETE_BY_POSITION -> rows(this::deletePositions);
      case DELETE_BY_EQUALITY -> rows(table -> RowDeletes.byEquality(table, some(), "order_id"));
      case COMPACT -> rows(Compaction::rewrite);
      case FAST_FORWARD_MAIN -> fastForward(SnapshotRef.MAIN_BRANCH, branch());
      case FAST_FORWARD_BRANCH -> fastForward(branch(), SnapshotRef.MAIN_BRANCH);
      case REPLACE_BRANCH -> replaceBranch(branch());
      case ROLL_BACK_MAIN -> rollBack();
      case MOVE_TAG -> moveTag();
      case DROP_REF -> drop(random.nextBoolean() ? TAG : branch());
      case CREATE_REF -> create(random.nextBoolean() ? TAG : branch());
      case EXPIRE -> expire();
    };
  }

  private String branch() {
    return BRANCHES.get(random.nextInt(BRANCHES.size()));
  }

  private static boolean has(Table table, String ref) {
    return table.refs().containsKey(ref);
  }

  private static long head(Table table, String ref) {
    return requireNonNull(table.refs().get(ref), ref).snapshotId();
  }

  private String anyBranch() {
    int chosen = random.nextInt(BRANCHES.size() + 1);
    return chosen == BRANCHES.size() ? SnapshotRef.MAIN_BRANCH : BRANCHES.get(chosen);
  }

  private String append() {
    Table table = shop.orders();
    String branch = anyBranch();
    if (!has(table, branch)) {
      return "";
    }
    List<Record> rows = new ArrayList<>();
    for (int i = random.nextInt(MOST_ROWS); i >= 0; i--) {
      rows.add(
          shop.order(
              nextId++,
              (long) random.nextInt(MOST_CUSTOMERS),
              STATUSES.get(random.nextInt(STATUSES.size())),
              random.nextInt(1_000) + ".50",
              random.nextInt(9)));
    }
    AppendFiles append = table.newAppend().toBranch(branch);
    RowFiles.write(table, FileFormat.PARQUET, 0, rows).forEach(append::appendFile);
    append.commit();
    return branch;
  }

  private interface RowChange {
    void apply(Table table);
  }

  /** Of a branch: made on {@code main}, as which the branch's head stands in meanwhile. */
  private String rows(RowChange change) {
    Table table = shop.orders();
    String branch = anyBranch();
    if (!has(table, branch)) {
      return "";
    }
    long main = table.currentSnapshot().snapshotId();
    boolean isMain = branch.equals(SnapshotRef.MAIN_BRANCH);
    if (!isMain) {
      table.manageSnapshots().setCurrentSnapshot(head(table, branch)).commit();
    }
    long before = table.currentSnapshot().snapshotId();
    change.apply(table);
    table.refresh();
    long after = table.currentSnapshot().snapshotId();
    if (!isMain) {
      table.manageSnapshots().replaceBranch(branch, after).setCurrentSnapshot(main).commit();
    }
    return before == after ? "" : branch;
  }

  private void deletePositions(Table table) {
    if (TableUtil.formatVersion(table) >= 3) {
      RowDeletes.byVector(table, some());
    } else {
      RowDeletes.byPosition(table, some());
    }
  }

  private Expression some() {
    long from = 10 + random.nextLong(nextId - 10);
    return Expressions.and(
        Expressions.greaterThanOrEqual("order_id", from),
        Expressions.lessThan("order_id", from + 1 + random.nextInt(40)));
  }

  private Record updated(Record row) {
    Record changed = row.copy();
    changed.setField("status", STATUSES.get(random.nextInt(STATUSES.size())));
    changed.setField("total", new BigDecimal(random.nextInt(1_000) + ".25"));
    return changed;
  }

  private String fastForward(String branch, String to) {
    Table table = shop.orders();
    if (!has(table, branch) || !has(table, to) || head(table, branch) == head(table, to)) {
      return "";
    }
    if (!SnapshotUtil.isAncestorOf(head(table, to), head(table, branch), table::snapshot)) {
      return "";
    }
    table.manageSnapshots().fastForwardBranch(branch, to).commit();
    return branch + " to " + to;
  }

  private Snapshot anySnapshot(Table table) {
    List<Snapshot> all = StreamSupport.stream(table.snapshots().spliterator(), false).toList();
    return all.get(random.nextInt(all.size()));
  }

  private String replaceBranch(String branch) {
    Table table = shop.orders();
    Snapshot to = anySnapshot(table);
    if (!has(table, branch) || head(table, branch) == to.snapshotId()) {
      return "";
    }
    table.manageSnapshots().replaceBranch(branch, to.snapshotId()).commit();
    return branch;
  }

  private String rollBack() {
    Table table = shop.orders();
    Long parent = table.currentSnapshot().parentId();
    if (parent == null || table.snapshot(parent) == null) {
      return "";
    }
    table.manageSnapshots().rollbackTo(parent).commit();
    return SnapshotRef.MAIN_BRANCH;
  }

  private String moveTag() {
    Table table = shop.orders();
    Snapshot to = anySnapshot(table);
    if (!has(table, TAG) || head(table, TAG) == to.snapshotId()) {
      return "";
    }
    table.manageSnapshots().replaceTag(TAG, to.snapshotId()).commit();
    return TAG;
  }

  private String drop(String ref) {
    Table table = shop.orders();
    if (!has(table, ref)) {
      return "";
    }
    ManageSnapshots manage = table.manageSnapshots();
    (ref.equals(TAG) ? manage.removeTag(ref) : manage.removeBranch(ref)).commit();
    return ref;
  }

  private String create(String ref) {
    Table table = shop.orders();
    if (has(table, ref)) {
      return "";
    }
    long at = anySnapshot(table).snapshotId();
    ManageSnapshots manage = table.manageSnapshots();
    (ref.equals(TAG) ? manage.createTag(ref, at) : manage.createBranch(ref, at)).commit();
    return ref;
  }

  private String expire() {
    shop.orders().expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
    return "all but the heads";
  }
}
