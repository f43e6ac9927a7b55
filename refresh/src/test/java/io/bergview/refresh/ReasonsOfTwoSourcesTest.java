package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.catalog.lineage.RefreshRecord;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.Compaction;
import io.bergview.fixtures.RowFiles;
import io.bergview.history.ViewHistory;
import io.bergview.staleness.Reason;
import io.bergview.staleness.ViewState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of what happened to two sources, that which forces the kind of refresh is the reason for it. */
class ReasonsOfTwoSourcesTest {
  private static final Schema A =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "b_id", Types.LongType.get()),
          Types.NestedField.optional(3, "v", Types.IntegerType.get()));
  private static final Schema B =
      new Schema(
          Types.NestedField.required(1, "id", Types.LongType.get()),
          Types.NestedField.optional(2, "v", Types.IntegerType.get()));

  /** What happens to a source, and what its table says then; from the lightest to the heaviest. */
  private enum Event {
    NOTHING(Reason.UP_TO_DATE),
    COMPACTION(Reason.UP_TO_DATE),
    ROWS(Reason.SOURCE_CHANGED),
    ROLLBACK(Reason.SOURCE_ROLLED_BACK),
    EXPIRY(Reason.SOURCE_SNAPSHOT_EXPIRED),
    PROMOTION(Reason.SOURCE_SCHEMA_CHANGED),
    RECREATION(Reason.SOURCE_RECREATED),
    DROP(Reason.SOURCE_DROPPED);

    private final Reason reason;

    Event(Reason reason) {
      this.reason = reason;
    }
  }

  private record Pair(int number, Event a, Event b) {
    String view() {
      return "V" + number;
    }

    Event heavier() {
      return a.compareTo(b) >= 0 ? a : b;
    }

    /** The table whose reason is given; either where both have the same. */
    String table() {
      String which = a.reason == b.reason ? "[ab]" : a.compareTo(b) > 0 ? "a" : "b";
      return "\\bs\\." + which + number + "\\b";
    }
  }

  @TempDir Path folder;
  private TestProject project;

  @BeforeEach
  void open() {
    project = TestProject.create(folder, TestProject.SQLITE);
    project.createNamespace("s");
  }

  @AfterEach
  void close() {
    project.close();
  }

  private static List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (Event a : Event.values()) {
      for (Event b : Event.values()) {
        pairs.add(new Pair(pairs.size(), a, b));
      }
    }
    return pairs;
  }

  private Table table(String name) {
    return project.table("s", name);
  }

  private void append(String name, Object... values) {
    Table table = table(name);
    Record row = GenericRecord.create(table.schema());
    for (int i = 0; i < values.length; i++) {
      row.set(i, values[i]);
    }
    RowFiles.append(table, List.of(row));
  }

  private void create(int number) {
    project
        .catalog()
        .createTable(TableIdentifier.of("s", "a" + number), A, PartitionSpec.unpartitioned());
    append("a" + number, 1L, 1L, 10);
    append("a" + number, 2L, 2L, 20);
    append("a" + number, 3L, 3L, 30);
    createB("b" + number);
  }

  private void createB(String name) {
    project.catalog().createTable(TableIdentifier.of("s", name), B, PartitionSpec.unpartitioned());
    append(name, 1L, 100);
    append(name, 2L, 200);
  }

  private void define(List<Pair> pairs, String further) {
    StringBuilder types = new StringBuilder();
    for (Pair pair : pairs) {
      int n = pair.number();
      types.append(
          """
          $type: A%1$d
          $table: s.a%1$d
          $id: id
          b: '-> B%1$d'
          $keys: {b: b_id}
          ---
          $type: B%1$d
          $table: s.b%1$d
          $id: id
          ---
          """
              .formatted(n));
      project.write(
          "views/" + pair.view() + ".yaml",
          "$type: %s\n$from: A%d\n$expand: [b]\n%s".formatted(pair.view(), n, further));
    }
    project.write("types/types.yaml", types.substring(0, types.length() - 4));
    project.apply();
    pairs.forEach(pair -> project.refresh(pair.view()));
  }

  private void happen(String name, Event event) {
    boolean a = name.startsWith("a");
    Table table = table(name);
    switch (event) {
      case NOTHING -> {}
      case COMPACTION -> Compaction.rewrite(table);
      case ROWS -> addRow(name);
      case ROLLBACK ->
          table.manageSnapshots().rollbackTo(table.currentSnapshot().parentId()).commit();
      case EXPIRY -> {
        addRow(name);
        Table now = table(name);
        now.expireSnapshots().expireOlderThan(Long.MAX_VALUE).retainLast(1).commit();
      }
      case PROMOTION -> table.updateSchema().updateColumn("v", Types.LongType.get()).commit();
      case RECREATION -> {
        project.catalog().dropTable(TableIdentifier.of("s", name), false);
        if (a) {
          project.catalog().createTable(TableIdentifier.of("s", name), A);
          append(name, 1L, 1L, 10);
        } else {
          createB(name);
        }
      }
      case DROP -> project.catalog().dropTable(TableIdentifier.of("s", name), false);
    }
  }

  /** One that makes another row of the view. */
  private void addRow(String name) {
    if (name.startsWith("a")) {
      append(name, 4L, 1L, 40);
    } else {
      append(name, 3L, 300);
    }
  }

  private static String reason(Pair pair) {
    boolean moved = pair.a() == Event.COMPACTION || pair.b() == Event.COMPACTION;
    return pair.heavier().reason == Reason.UP_TO_DATE && moved
        ? "ONLY_COMPACTION"
        : pair.heavier().reason.name();
  }

  private void isRefreshed(Pair pair) {
    ViewState state = project.state(pair.view());
    assertThat(state.reason()).isEqualTo(pair.heavier().reason);
    if (pair.heavier() == Event.DROP) {
      BergviewException error = project.failure(pair.view());
      assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_NOT_FOUND);
      assertThat(error.getMessage()).containsPattern(pair.table());
      return;
    }
    RefreshResult dry = project.refresh(RefreshRequest.of(pair.view()).dry()).done().get(0);
    RefreshResult done = project.refresh(pair.view());
    assertThat(List.of(dry.reason(), done.reason())).containsOnly(reason(pair));
    boolean followed = pair.heavier().compareTo(Event.EXPIRY) < 0;
    if (pair.heavier().reason == Reason.UP_TO_DATE) {
      assertThat(List.of(dry.kind(), done.kind())).containsOnly(RefreshKind.SKIP);
    } else {
      assertThat(List.of(state.message(), dry.message(), done.message()))
          .allSatisfy(message -> assertThat(message).containsPattern(pair.table()));
      assertThat(List.of(dry.kind() == RefreshKind.FULL, done.kind() == RefreshKind.FULL))
          .containsOnly(!followed);
    }
    if (!reason(pair).equals("UP_TO_DATE")) {
      assertThat(ViewHistory.of(project.tableOf(pair.view()), 1).get(0).refresh())
          .map(RefreshRecord::reason)
          .contains(reason(pair));
    }
    assertThat(project.state(pair.view()).reason()).isEqualTo(Reason.UP_TO_DATE);
    assertThat(project.verify(pair.view()).equal()).isTrue();
  }

  @Tag("long")
  @Test
  void theReasonThatForcesTheKindIsGiven() {
    List<Pair> pairs = pairs();
    pairs.forEach(pair -> create(pair.number()));
    define(pairs, "");
    for (Pair pair : pairs) {
      happen("a" + pair.number(), pair.a());
      happen("b" + pair.number(), pair.b());
    }
    assertThat(pairs).allSatisfy(this::isRefreshed);
  }

  @Test
  void aStrictViewIsRefusedForTheReasonThatForcesARecompute() {
    Pair pair = new Pair(0, Event.ROWS, Event.EXPIRY);
    create(0);
    define(List.of(pair), "$refresh: {policy: strict}\n");
    happen("a0", pair.a());
    happen("b0", pair.b());
    BergviewException error = project.failure("V0");
    assertThat(error.code()).isEqualTo(ErrorCode.POLICY_REFUSED);
    assertThat(error.getMessage()).contains("SOURCE_SNAPSHOT_EXPIRED: Source s.b0 has 1 change");
  }
}
