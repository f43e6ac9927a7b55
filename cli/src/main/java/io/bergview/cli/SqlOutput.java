package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.api.sql.SqlResult;
import io.bergview.projection.statement.Statement;
import io.bergview.query.format.CellText;
import io.bergview.query.format.RowFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** Writes what statements give, in the forms of {@code find}. */
final class SqlOutput {
  private final ProjectCommand command;
  private final FindCommand.Format format;

  SqlOutput(ProjectCommand command, FindCommand.Format format) {
    this.command = command;
    this.format = format;
  }

  void write(Statement statement, SqlResult result) throws IOException {
    if (result instanceof SqlResult.Message message) {
      message(message);
    } else if (result instanceof SqlResult.Table table) {
      table(statement, table);
    } else if (result instanceof SqlResult.Answer answer) {
      Console console = command.console();
      long rows = new ResultOutput(console, null).write(answer.rows(), format);
      command.remark(
          "%s %s"
              .formatted(
                  Times.count(rows, "row"),
                  AnsweredByText.of(
                      answer.rows().origin(), command.root(), console.clock().instant())));
    }
    command.console().out().flush();
  }

  private void message(SqlResult.Message message) {
    switch (format) {
      case JSON, NDJSON -> {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("message", command.root().masked(message.text()));
        ArrayNode details = json.putArray("details");
        message.details().forEach(detail -> details.add(command.root().masked(detail).strip()));
        command.printAsIs(
            format == FindCommand.Format.JSON ? json.toPrettyString() : json.toString());
      }
      case TABLE -> {
        command.print(message.text());
        message.details().forEach(command::print);
      }
      default -> {
        command.remark(message.text());
        message.details().forEach(command::remark);
      }
    }
  }

  private void table(Statement statement, SqlResult.Table table) throws IOException {
    switch (format) {
      case JSON -> rows(RowFormat.JSON, table);
      case NDJSON -> rows(RowFormat.NDJSON, table);
      case CSV -> rows(RowFormat.CSV, table);
      default -> {
        if (statement instanceof Statement.ShowCreate) {
          table.rows().forEach(row -> command.printAsIs(String.valueOf(row.get(1))));
        } else {
          command.print(boxed(table));
        }
      }
    }
    table.remarks().forEach(format == FindCommand.Format.TABLE ? command::print : command::remark);
  }

  private void rows(RowFormat rowFormat, SqlResult.Table table) throws IOException {
    OutputStream out = command.console().data();
    RowFormat.Writer writer = rowFormat.writer(table.schema(), out);
    for (List<@Nullable Object> row : table.rows()) {
      writer.write(row);
    }
    writer.finish();
    out.flush();
  }

  private String boxed(SqlResult.Table table) {
    List<Types.NestedField> columns = table.schema().columns();
    TextTable text =
        new TextTable(
            columns.stream()
                .map(
                    column ->
                        new TextTable.Heading(
                            column.name(), column.type().equals(Types.LongType.get())))
                .toList());
    for (List<@Nullable Object> row : table.rows()) {
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        Object value = row.get(i);
        cells.add(value == null ? "" : CellText.of(value, columns.get(i).type()));
      }
      text.add(cells);
    }
    return text.boxed(
        command.console().outIsTerminal() ? OptionalInt.of(Terminal.width()) : OptionalInt.empty());
  }
}
