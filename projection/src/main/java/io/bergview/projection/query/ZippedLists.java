package io.bergview.projection.query;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Several lists as one of structs, as long as the longest; NULL stands for what the shorter ones
 * have not, and a list that is NULL has no elements.
 */
final class ZippedLists {
  private ZippedLists() {}

  static Expr of(List<Expr> lists) {
    List<String> names = new ArrayList<>();
    List<Type> types = new ArrayList<>();
    for (Expr list : lists) {
      names.add("value" + names.size());
      types.add(list.type().asListType().elementType());
    }
    String arguments =
        IntStream.range(0, lists.size())
            .mapToObj("coalesce({%d}, [])"::formatted)
            .collect(Collectors.joining(", ", "list_zip(", ")"));
    return new Expr.Call(
        new ScalarFunction("arrays_zip", arguments),
        lists,
        TypeShapes.listOf(TypeShapes.structOf(names, types)));
  }

  /** The element of the list of a number, from 0. */
  static Expr field(Expr element, int list) {
    Types.NestedField field = element.type().asStructType().fields().get(list);
    return new Expr.Field(element, field.name(), field.type());
  }
}
