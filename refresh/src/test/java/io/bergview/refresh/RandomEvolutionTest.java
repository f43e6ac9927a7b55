package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.define.DefinePlan;
import io.bergview.fixtures.RowFiles;
import io.bergview.fixtures.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever becomes of a source's columns, at any depth: after one {@code apply} the views of a
 * chain over it are refreshed to what a recompute gives, a second {@code apply} changes nothing,
 * and what is promoted, added beside or moved keeps its field id in every view.
 *
 * <p>{@code -Dbergview.seed=17} runs one sequence alone.
 */
@Tag("seeded")
class RandomEvolutionTest {
  private static final List<String> CHAIN = List.of("V", "W", "X");
  private static final TableIdentifier SOURCE = TableIdentifier.of("f", "s1");
  private static final int STEPS = 5;

  @TempDir Path folder;

  static LongStream seeds() {
    return Seeds.of(1, 3);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void oneApplyBringsAChainOfViewsToItsSource(long seed) {
    Random dice = new Random(seed);
    List<String> history = new ArrayList<>();
    try (TestProject project = TestProject.create(folder, TestProject.SQLITE)) {
      create(project);
      append(project, dice, 1);
      project.apply();
      CHAIN.forEach(project::refresh);
      boolean pending = false;
      for (int step = 0; step < STEPS; step++) {
        Map<String, Map<String, Integer>> before = ids(project);
        Evolution evolution = new Evolution(project.table("f", "s1"), dice);
        for (int i = dice.nextInt(2); i >= 0; i--) {
          history.add(evolution.change());
        }
        append(project, dice, 10 * (step + 1));
        pending |= !evolution.onlyPromotes();
        boolean applied = evolution.needsApply() || dice.nextBoolean();
        if (applied) {
          project.apply();
          history.add("apply");
          pending = false;
        }
        String context = "seed %d after %s".formatted(seed, history);
        assertNothingToApply(project, context, !pending);
        refreshAndCompare(project, context);
        assertNothingToApply(project, context, !pending);
        assertThat(ids(project))
            .as(context)
            .allSatisfy(
                (view, ids) -> {
                  Map<String, Integer> kept = new HashMap<>(before.get(view));
                  kept.keySet()
                      .removeIf(path -> evolution.concerns(path) || !ids.containsKey(path));
                  assertThat(ids).containsAllEntriesOf(kept);
                });
      }
    }
  }

  private static void create(TestProject project) {
    project.createNamespace("f");
    project
        .catalog()
        .createTable(
            SOURCE,
            new Schema(
                Types.NestedField.required(1, "id", Types.LongType.get()),
                Types.NestedField.optional(2, "n", Types.IntegerType.get()),
                Types.NestedField.optional(3, "st", struct(100)),
                Types.NestedField.optional(4, "list", Types.ListType.ofOptional(5, struct(200))),
                Types.NestedField.optional(
                    6, "map", Types.MapType.ofOptional(7, 8, Types.StringType.get(), struct(300)))),
            PartitionSpec.unpartitioned(),
            Map.of());
    project.write("types/s1.yaml", "$type: s1\n$table: f.s1\n$id: id\n");
    project.write("views/V.yaml", "$type: V\n$from: s1\n");
    project.write("views/W.yaml", "$type: W\n$from: V\n");
    project.write("views/X.yaml", "$type: X\n$from: W\n");
  }

  private static Types.StructType struct(int id) {
    return Types.StructType.of(
        Types.NestedField.optional(id, "i", Types.IntegerType.get()),
        Types.NestedField.optional(id + 1, "f", Types.FloatType.get()),
        Types.NestedField.optional(
            id + 2,
            "deep",
            Types.StructType.of(Types.NestedField.optional(id + 3, "d", Types.IntegerType.get()))));
  }

  private static void append(TestProject project, Random dice, long firstId) {
    Table table = project.table("f", "s1");
    List<Record> rows = new ArrayList<>();
    for (long id = firstId; id < firstId + 3; id++) {
      Record row = (Record) value(table.schema().asStruct(), dice);
      row.setField("id", id);
      rows.add(row);
    }
    RowFiles.append(table, rows);
  }

  private static Object value(Type type, Random dice) {
    return switch (type.typeId()) {
      case STRUCT -> {
        Record row = GenericRecord.create(type.asStructType());
        for (Types.NestedField field : type.asStructType().fields()) {
          row.setField(field.name(), value(field.type(), dice));
        }
        yield row;
      }
      case LIST ->
          List.of(
              value(type.asListType().elementType(), dice),
              value(type.asListType().elementType(), dice));
      case MAP -> Map.of("k", value(type.asMapType().valueType(), dice));
      case INTEGER -> dice.nextInt(100);
      case LONG -> (long) dice.nextInt(100);
      case FLOAT -> (float) dice.nextInt(100);
      case DOUBLE -> (double) dice.nextInt(100);
      default -> "s" + dice.nextInt(100);
    };
  }

  private static void refreshAndCompare(TestProject project, String context) {
    for (String view : CHAIN) {
      project.refresh(view);
      assertThat(project.verify(view).examples()).as("%s: %s", context, view).isEmpty();
      assertThat(project.refresh(view).kind()).as(context).isEqualTo(RefreshKind.SKIP);
    }
    assertThat(project.contents("X"))
        .as(context)
        .containsExactlyInAnyOrderElementsOf(project.contents("V"));
  }

  private static void assertNothingToApply(TestProject project, String context, boolean expected) {
    if (expected) {
      assertThat(project.applying().plan().steps())
          .as(context)
          .allMatch(step -> step.action() == DefinePlan.Action.UNCHANGED);
    }
  }

  private static Map<String, Map<String, Integer>> ids(TestProject project) {
    Map<String, Map<String, Integer>> ids = new HashMap<>();
    CHAIN.forEach(
        view ->
            ids.put(
                view,
                new HashMap<>(TypeUtil.indexByName(project.tableOf(view).schema().asStruct()))));
    return ids;
  }

  /** Seeded changes of the columns of a table that leave {@code id} alone. */
  private static final class Evolution {
    private final Table table;
    private final Random dice;
    private final List<String> concerned = new ArrayList<>();
    private boolean needsApply;
    private boolean onlyPromotes = true;

    Evolution(Table table, Random dice) {
      this.table = table;
      this.dice = dice;
    }

    /** Whether a registered view that is not applied anew cannot be refreshed. */
    boolean needsApply() {
      return needsApply;
    }

    boolean onlyPromotes() {
      return onlyPromotes;
    }

    /** Whether a column, or what it is in, was dropped or has another name. */
    boolean concerns(String path) {
      return concerned.stream()
          .anyMatch(other -> path.equals(other) || path.startsWith(other + "."));
    }

    String change() {
      String field = fields(null).get(dice.nextInt(fields(null).size()));
      UpdateSchema update = table.updateSchema();
      String told;
      switch (dice.nextInt(6)) {
        case 0, 1 -> {
          List<String> promotable = fields(Types.IntegerType.get());
          promotable.addAll(fields(Types.FloatType.get()));
          if (promotable.isEmpty()) {
            return "nothing to promote";
          }
          String path = promotable.get(dice.nextInt(promotable.size()));
          boolean integer = table.schema().findType(path).typeId() == Type.TypeID.INTEGER;
          update.updateColumn(path, integer ? Types.LongType.get() : Types.DoubleType.get());
          told = "promote " + path;
        }
        case 2 -> {
          update.addColumn(parent(field), "a" + dice.nextInt(100_000), Types.StringType.get());
          onlyPromotes = false;
          told = "add beside " + field;
        }
        case 3 -> {
          String name = "r" + dice.nextInt(100_000);
          update.renameColumn(field, name);
          concerned.add(field);
          onlyPromotes = false;
          told = "rename " + field + " to " + name;
        }
        case 4 -> {
          update.moveFirst(field);
          onlyPromotes = false;
          told = "move " + field;
        }
        default -> {
          Type type = table.schema().findType(field);
          boolean again = type.isPrimitiveType() && dice.nextBoolean();
          if (!again && siblings(field) < 2) {
            return "the last of its struct stays";
          }
          update.deleteColumn(field);
          if (again) {
            String name = field.substring(field.lastIndexOf('.') + 1);
            update.addColumn(parent(field), name, type);
          } else {
            concerned.add(field);
          }
          needsApply = true;
          onlyPromotes = false;
          told = "drop " + field + (again ? " and add it again" : "");
        }
      }
      update.commit();
      return told;
    }

    private long siblings(String path) {
      return fields(null).stream()
          .filter(other -> Objects.equals(parent(other), parent(path)))
          .count();
    }

    private static @Nullable String parent(String path) {
      int dot = path.lastIndexOf('.');
      return dot < 0 ? null : path.substring(0, dot);
    }

    /** The paths of all fields of structs, of one type or of any. */
    private List<String> fields(@Nullable Type type) {
      List<String> paths = new ArrayList<>();
      TypeUtil.indexByName(table.schema().asStruct())
          .forEach(
              (path, id) -> {
                boolean ofStruct =
                    !path.equals("id")
                        && !path.endsWith(".element")
                        && !path.endsWith(".key")
                        && !path.endsWith(".value");
                boolean wanted = type == null || table.schema().findType(id).equals(type);
                if (ofStruct && wanted) {
                  paths.add(path);
                }
              });
      Collections.sort(paths);
      return paths;
    }
  }
}
