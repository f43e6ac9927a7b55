package io.bergview.projection.sql;

import java.util.List;
import java.util.function.UnaryOperator;

/** Functions of lists as DuckDB writes them. */
final class DuckDbLists implements SqlLists {
  @Override
  public String empty() {
    return "[]";
  }

  @Override
  public String of(List<String> values) {
    return "[" + String.join(", ", values) + "]";
  }

  @Override
  public String length(String list) {
    return Sql.call("len", list);
  }

  @Override
  public String concat(String left, String right) {
    return Sql.call("list_concat", left, right);
  }

  @Override
  public String sort(String list, boolean descending) {
    return Sql.call(descending ? "list_reverse_sort" : "list_sort", list);
  }

  @Override
  public String first(String list, int count) {
    return Sql.call("list_slice", list, "1", "" + count);
  }

  @Override
  public String at(String list, int position) {
    return list + "[" + position + "]";
  }

  @Override
  public String position(String list, String value) {
    return Sql.call("list_position", list, value);
  }

  @Override
  public String transform(String list, String made) {
    return Sql.call("list_transform", list, "lambda e: " + made);
  }

  @Override
  public String filter(String list, String element, String test) {
    return Sql.call("list_filter", list, "lambda " + element + ": " + test);
  }

  @Override
  public String filterNumbered(String list, UnaryOperator<String> test) {
    return Sql.call("list_filter", list, "lambda e, i: " + test.apply("i"));
  }
}
