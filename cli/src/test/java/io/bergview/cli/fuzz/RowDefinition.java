package io.bergview.cli.fuzz;

import io.bergview.cli.fuzz.RowSurface.Mutation;
import io.bergview.cli.fuzz.Tree.ListValue;
import io.bergview.cli.fuzz.Tree.MapValue;
import io.bergview.cli.fuzz.Tree.Member;
import io.bergview.cli.fuzz.Tree.Scalar;
import io.bergview.cli.fuzz.Tree.Value;
import java.util.ArrayList;
import java.util.List;

/** The definitions for a drawn table. */
final class RowDefinition {
  private RowDefinition() {}

  static String type(String table) {
    return TextForm.JSON.write(
        Tree.of(map("$type", text("Row"), "$table", text("odd." + table), "$id", text("id"))));
  }

  /** A view of all rows, some of whose columns may be selected under other names. */
  static String of(String view, List<RowColumn> columns, Mutation mutation, Chance chance) {
    MapValue definition = map("$type", text(view), "$from", text("Row"));
    if (mutation == Mutation.OUTPUT_NAMES) {
      List<Member> select = new ArrayList<>();
      select.add(new Member("id", text("id")));
      for (RowColumn column : columns) {
        select.add(new Member(OddValues.name(chance), text(path(column.field().name()))));
      }
      definition.members().add(new Member("$select", new MapValue(select)));
    } else if (chance.in100(30)) {
      List<Value> select = new ArrayList<>(List.of(text("id")));
      chance.some(columns, 3).forEach(column -> select.add(text(path(column.field().name()))));
      definition.members().add(new Member("$select", new ListValue(select)));
    }
    return TextForm.JSON.write(Tree.of(definition));
  }

  /** As the language writes a name, whatever is in it. */
  private static String path(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private static Scalar text(String text) {
    return new Scalar(text);
  }

  private static MapValue map(Object... keysAndValues) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      members.add(new Member((String) keysAndValues[i], (Value) keysAndValues[i + 1]));
    }
    return new MapValue(members);
  }
}
