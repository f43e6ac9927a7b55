package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.RowDeletes;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Seeds;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.refresh.RefreshRequest;
import io.bergview.verify.VerifyOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of file of a source and of a view, damaged at random places: what is asked then has the
 * right rows for an answer, or fails with a stable code that names the file and the table.
 *
 * <p>Wrong rows are let pass only where nothing in the file can tell: a Parquet, ORC or Avro file
 * without checksums whose bytes are others of the same number.
 */
@Tag("contract")
@Tag("seeded")
class DamagedFilesTest {
  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "kind", Types.StringType.get()),
          NestedField.optional(3, "amount", Types.DoubleType.get()));

  /** A build damages a file of each kind in one way, the profile {@code long} twice in each. */
  private static final int ROUNDS =
      Integer.getInteger("bergview.damages", Seeds.many() ? 2 * Damage.values().length : 1);

  private static final int SYNC_MARKER = 16;
  private static final long SEED = Long.getLong("bergview.seed", 15);
  private static final Set<ErrorCode> STABLE =
      EnumSet.of(ErrorCode.STORAGE_FAILED, ErrorCode.FILE_LOST, ErrorCode.SOURCE_SNAPSHOT_EXPIRED);
  private static final Set<ErrorCode> OF_VALUES =
      EnumSet.of(ErrorCode.OVERFLOW, ErrorCode.VALUE_INVALID, ErrorCode.DUPLICATE_KEY);
  private static final Pattern FOREIGN =
      Pattern.compile(
          "SELECT |read_parquet|java\\.|org\\.|com\\.|Exception|Error:|REDACTED|null\\b|TProtocol");

  @TempDir private Path folder;
  private Bergview bergview;
  private List<Map<String, Object>> things;
  private List<Map<String, Object>> kinds;

  /** A kind of file. */
  private enum Kind {
    PARQUET(true),
    ORC(true),
    AVRO(true),
    POSITION_DELETES(true),
    EQUALITY_DELETES(true),
    DELETION_VECTOR(false),
    MANIFEST(true),
    DELETE_MANIFEST(true),
    MANIFEST_LIST(true),
    VIEW_DATA(true),
    VIEW_MANIFEST(true),
    VIEW_MANIFEST_LIST(true);

    /** Whether other bytes of the same number may be as good a file. */
    private final boolean silent;

    Kind(boolean silent) {
      this.silent = silent;
    }

    boolean isManifestList() {
      return this == MANIFEST_LIST || this == VIEW_MANIFEST_LIST;
    }

    boolean ofView() {
      return name().startsWith("VIEW");
    }
  }

  /** How a file is damaged. */
  private enum Damage {
    EMPTY,
    CUT,
    BIT,
    ZEROS,
    NOISE;

    byte[] done(byte[] whole, Random dice) {
      byte[] bytes = whole.clone();
      int at = dice.nextInt(whole.length);
      int length = Math.min(whole.length - at, 1 + dice.nextInt(64));
      switch (this) {
        case EMPTY -> {
          return new byte[0];
        }
        case CUT -> {
          return Arrays.copyOf(whole, at);
        }
        case BIT -> bytes[at] ^= (byte) (1 << dice.nextInt(8));
        case ZEROS -> Arrays.fill(bytes, at, at + length, (byte) 0);
        default -> {
          for (int i = at; i < at + length; i++) {
            bytes[i] = (byte) dice.nextInt(256);
          }
        }
      }
      return bytes;
    }

    boolean keepsLength() {
      return this == BIT || this == ZEROS || this == NOISE;
    }
  }

  @BeforeEach
  void tables() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("types/Thing.yaml", "$type: Thing\n$table: odd.things\n$id: id\n");
    files.put("types/Newer.yaml", "$type: Newer\n$table: odd.newer\n$id: id\n");
    files.put(
        "views/Kinds.yaml",
        "$type: Kinds\n"
            + "$from: Thing\n"
            + "$groupBy: [kind]\n"
            + "$compute: {n: {$count: '*'}, sum: {$sum: amount}}\n");
    bergview = Projects.create(folder, "settings: {memory-limit: 1GiB, threads: 2}\n", files);
    ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("odd"));
    Table source = create("things", "2");
    RowFiles.append(source, FileFormat.PARQUET, some(0, 300));
    RowFiles.append(source, FileFormat.ORC, some(1_000, 200));
    RowFiles.append(source, FileFormat.AVRO, some(2_000, 200));
    RowDeletes.byPosition(source, Expressions.lessThan("id", 5L));
    RowDeletes.byEquality(source, Expressions.equal("id", 2_001L), "id");
    Table newer = create("newer", "3");
    RowFiles.append(newer, FileFormat.PARQUET, some(0, 300));
    RowDeletes.byVector(newer, Expressions.lessThan("id", 200L));
    bergview.apply();
    bergview.refreshView(RefreshRequest.ofAll());
    things = things();
    kinds = kinds();
    assertThat(things).hasSize(300 - 5 + 200 + 200 - 1 + 100);
    assertThat(kinds).hasSize(7);
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  private Table create(String name, String version) {
    return bergview
        .catalog("lake")
        .createTable(
            TableIdentifier.of("odd", name),
            SCHEMA,
            PartitionSpec.unpartitioned(),
            Map.of("format-version", version));
  }

  private static List<Record> some(long from, int count) {
    List<Record> rows = new ArrayList<>();
    for (long id = from; id < from + count; id++) {
      Record row = GenericRecord.create(SCHEMA);
      row.setField("id", id);
      row.setField("kind", "kind " + id % 7);
      row.setField("amount", id * 0.25);
      rows.add(row);
    }
    return rows;
  }

  private List<Map<String, Object>> things() {
    List<Map<String, Object>> all =
        new ArrayList<>(rows(bergview.find("Thing").withoutRoute().sort("id")));
    all.addAll(rows(bergview.find("Newer").withoutRoute().sort("id")));
    return all;
  }

  private List<Map<String, Object>> kinds() {
    return rows(bergview.find("Kinds").sort("kind"));
  }

  private Table table(Kind kind) {
    TableIdentifier name =
        kind.ofView()
            ? TableIdentifier.of("odd_views", "kinds")
            : TableIdentifier.of("odd", kind == Kind.DELETION_VECTOR ? "newer" : "things");
    return bergview.catalog("lake").loadTable(name);
  }

  private String location(Kind kind) throws IOException {
    Table table = table(kind);
    return switch (kind) {
      case MANIFEST_LIST, VIEW_MANIFEST_LIST -> table.currentSnapshot().manifestListLocation();
      case MANIFEST, VIEW_MANIFEST -> manifest(table, ManifestContent.DATA);
      case DELETE_MANIFEST -> manifest(table, ManifestContent.DELETES);
      case PARQUET, VIEW_DATA -> data(table, FileFormat.PARQUET);
      case ORC -> data(table, FileFormat.ORC);
      case AVRO -> data(table, FileFormat.AVRO);
      case EQUALITY_DELETES -> delete(table, FileContent.EQUALITY_DELETES);
      case POSITION_DELETES, DELETION_VECTOR -> delete(table, FileContent.POSITION_DELETES);
    };
  }

  private static String manifest(Table table, ManifestContent content) {
    return table.currentSnapshot().allManifests(table.io()).stream()
        .filter(manifest -> manifest.content() == content)
        .map(ManifestFile::path)
        .findFirst()
        .orElseThrow();
  }

  private static String data(Table table, FileFormat format) throws IOException {
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        if (task.file().format() == format) {
          return task.file().location();
        }
      }
    }
    throw new AssertionError("no file is " + format);
  }

  private static String delete(Table table, FileContent content) throws IOException {
    try (CloseableIterable<FileScanTask> tasks = table.newScan().planFiles()) {
      for (FileScanTask task : tasks) {
        for (DeleteFile delete : task.deletes()) {
          if (delete.content() == content) {
            return delete.location();
          }
        }
      }
    }
    throw new AssertionError("no file has " + content);
  }

  /** What is asked of a damaged project. */
  private Map<String, Step> steps() {
    Map<String, Step> steps = new LinkedHashMap<>();
    steps.put("find types", () -> assertThat(things()).isEqualTo(things));
    steps.put("find view", () -> assertThat(kinds()).isEqualTo(kinds));
    steps.put("state", () -> bergview.getViewState("Kinds"));
    steps.put("list", () -> bergview.listViews());
    steps.put("explain", () -> bergview.explainView("Kinds"));
    steps.put(
        "verify",
        () -> assertThat(bergview.verifyView("Kinds", VerifyOptions.defaults()).equal()).isTrue());
    steps.put(
        "vacuum", () -> throwFirst(bergview.vacuumView(MaintenanceRequest.of("Kinds")).failures()));
    steps.put(
        "refresh", () -> throwFirst(bergview.refreshView(RefreshRequest.of("Kinds")).failures()));
    steps.put("find view after", () -> assertThat(kinds()).isEqualTo(kinds));
    return steps;
  }

  private static void throwFirst(List<io.bergview.refresh.RefreshOutcome.Failure> failures) {
    if (!failures.isEmpty()) {
      throw failures.get(0).error();
    }
  }

  private interface Step {
    void run();
  }

  private void reopen() {
    bergview.close();
    bergview = Bergview.open(folder);
  }

  @ParameterizedTest
  @EnumSource
  void damageIsReportedOrHarmless(Kind kind) throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      Damage damage = Damage.values()[(round + kind.ordinal()) % Damage.values().length];
      String location = location(kind);
      Path file = Path.of(location.replaceFirst("^file:/*", "/"));
      byte[] whole = Files.readAllBytes(file);
      byte[] damaged =
          damage.done(whole, new Random(SEED * 1_000_003 + kind.ordinal() * 1_009L + round));
      if (Arrays.equals(damaged, whole)) {
        continue;
      }
      Files.write(file, damaged);
      reopen();
      for (Map.Entry<String, Step> step : steps().entrySet()) {
        String at =
            "%s of %s, round %d of seed %d: %s".formatted(damage, kind, round, SEED, step.getKey());
        try {
          step.getValue().run();
        } catch (BergviewException e) {
          assertReported(at, e, kind, damage, file);
        } catch (AssertionError e) {
          boolean valuesOnly = kind.silent && damage.keepsLength();
          if (!valuesOnly && !(kind.isManifestList() && endsABlock(damaged, whole))) {
            throw new AssertionError(at, e);
          }
        } catch (Throwable e) {
          throw new AssertionError(at, e);
        }
      }
      if (Files.exists(file)) {
        Files.write(file, whole);
      }
      reopen();
      bergview.refreshView(RefreshRequest.of("Kinds"));
      bergview.refreshView(RefreshRequest.of("Kinds").fully());
    }
    assertThat(things()).isEqualTo(things);
    assertThat(kinds()).isEqualTo(kinds);
  }

  /** Whether an Avro file was cut off right after a block: nothing says how long a list was. */
  private static boolean endsABlock(byte[] damaged, byte[] whole) {
    int end = damaged.length;
    return end >= SYNC_MARKER
        && end < whole.length
        && Arrays.equals(
            damaged, end - SYNC_MARKER, end, whole, whole.length - SYNC_MARKER, whole.length);
  }

  private static void assertReported(
      String at, BergviewException failure, Kind kind, Damage damage, Path file) {
    String message = String.valueOf(failure.getMessage());
    if (kind.silent && damage.keepsLength() && OF_VALUES.contains(failure.code())) {
      return;
    }
    assertThat(failure.code()).as("%s%n%s", at, message).isIn(STABLE);
    assertThat(FOREIGN.matcher(message).find()).as("%s%n%s", at, message).isFalse();
    boolean names = message.contains(file.getFileName().toString());
    // A changed byte of metadata may be one of a location, which then names a file of the table
    // that
    // is not there.
    boolean namesAnother =
        damage.keepsLength()
            && Pattern.compile("odd[./]things|kinds|Kinds/").matcher(message).find();
    assertThat(names || namesAnother).as("%s%n%s", at, message).isTrue();
  }
}
