package io.bergview.cli.fuzz;

import io.bergview.api.Bergview;
import io.bergview.fixtures.RowFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Tables with odd names of columns and odd values. A view of each shows what its table holds, after
 * the first refresh and after one that follows more rows.
 */
final class RowSurface implements Surface {
  private static final Namespace NAMESPACE = Namespace.of("odd");

  private final ScratchProject project;
  private final Bergview open;

  RowSurface(Path parent) {
    project =
        ScratchProject.create(
            parent, name(), catalog -> ((SupportsNamespaces) catalog).createNamespace(NAMESPACE));
    open = Bergview.open(project.folder());
  }

  /** What is odd. */
  enum Mutation {
    NOTHING,
    COLUMN_NAMES,
    NESTED_NAMES,
    VIEW_NAME,
    TABLE_NAME,
    OUTPUT_NAMES,
    BOUNDS,
    TEXTS,
    NULLS,
    EMPTY_TABLE,
    MANY_COLUMNS
  }

  /** A table that is drawn, and the definition of its view. */
  private record Draft(
      String table, String view, List<RowColumn> columns, String definition, long rows) {}

  @Override
  public String name() {
    return "rows";
  }

  @Override
  public List<String> mutations() {
    return Arrays.stream(Mutation.values()).map(Enum::name).toList();
  }

  @Override
  public Shares shares() {
    return new Shares(2_500, 90, 45);
  }

  @Override
  public Case draw(long seed) {
    Chance chance = new Chance(name(), seed);
    Mutation mutation = chance.oneOf(Mutation.values());
    List<RowColumn> columns = RowColumn.draw(mutation, chance);
    String view = mutation == Mutation.VIEW_NAME ? OddValues.name(chance) : "Odd";
    String table = mutation == Mutation.TABLE_NAME ? tableName(chance) : "odd";
    Draft draft =
        new Draft(
            table,
            view,
            columns,
            RowDefinition.of(view, columns, mutation, chance),
            mutation == Mutation.EMPTY_TABLE || columns.stream().anyMatch(RowColumn::hasEmptyName)
                ? 0
                : chance.between(1, 8));
    return new Case(
        mutation.name(),
        draft.definition() + " of " + table + columns,
        () -> run(draft, mutation, chance));
  }

  /** What a folder can be called, since the catalog makes one of it. */
  private static String tableName(Chance chance) {
    String name = OddValues.name(chance).replaceAll("[/\\\\\\p{Cntrl}\\p{Cs}.]", "_");
    return name.isBlank() ? "_" : name;
  }

  private Outcome run(Draft draft, Mutation mutation, Chance chance) {
    TableIdentifier name = TableIdentifier.of(NAMESPACE, draft.table());
    Catalog catalog = open.catalog("lake");
    List<String> faults = new ArrayList<>();
    StringBuilder messages = new StringBuilder();
    Reached reached = Reached.MEANING;
    try {
      List<NestedField> fields = new ArrayList<>();
      fields.add(NestedField.required(1, "id", Types.LongType.get()));
      draft.columns().forEach(column -> fields.add(column.field()));
      Table table = catalog.createTable(name, new Schema(fields));
      append(table, draft, mutation, 0, chance);
      project.write("types", Map.of("Row.yaml", RowDefinition.type(draft.table())));
      project.write("views", Map.of("odd.json", draft.definition()));
      Commands commands = project.commands();
      if (done(commands.run("apply"), messages)) {
        boolean refreshed = done(commands.run("refreshView", "--all"), messages);
        append(table, draft, mutation, 100, chance);
        refreshed &= done(commands.run("refreshView", "--all"), messages);
        refreshed &= done(commands.run("verifyView", draft.view()), messages);
        reached = refreshed ? Reached.DONE : Reached.MEANING;
        Commands.Result rows = commands.run("find", draft.view(), "--json", "--sort", "id");
        if (done(rows, messages) && refreshed) {
          checkRows(rows.out(), draft, faults);
        }
        if (!done(commands.run("dropView", draft.view(), "--yes"), messages)) {
          faults.add("what was registered cannot be dropped");
        }
      }
    } finally {
      Folders.delete(project.folder().resolve("views"));
      catalog.dropTable(name);
    }
    return new Outcome(reached, "", messages.toString(), faults);
  }

  private static boolean done(Commands.Result result, StringBuilder messages) {
    messages.append(result.err());
    return result.done();
  }

  /** The views show the column {@code id} of every row. */
  private static void checkRows(String json, Draft draft, List<String> faults) {
    long shown = json.lines().filter(line -> line.contains("\"id\"")).count();
    if (shown != 2 * draft.rows()) {
      faults.add("%d rows instead of %d: %s".formatted(shown, 2 * draft.rows(), json));
    }
  }

  private static void append(
      Table table, Draft draft, Mutation mutation, long first, Chance chance) {
    List<Record> rows = new ArrayList<>();
    for (long i = 0; i < draft.rows(); i++) {
      Record row = GenericRecord.create(table.schema());
      row.set(0, first + i);
      for (int column = 0; column < draft.columns().size(); column++) {
        Type type = table.schema().columns().get(column + 1).type();
        row.set(column + 1, RowColumn.value(type, mutation, chance));
      }
      rows.add(row);
    }
    if (!rows.isEmpty()) {
      RowFiles.append(table, rows);
    }
  }

  @Override
  public List<String> litter() throws IOException {
    return project.temporaryFiles();
  }

  @Override
  public void close() {
    open.close();
  }

  @Override
  public String toString() {
    return name().toUpperCase(Locale.ROOT);
  }
}
