package io.bergview.spark.sql;

import io.bergview.projection.sql.SqlLists;
import java.util.List;
import java.util.function.UnaryOperator;

/** Functions of lists as Spark writes them. */
final class SparkLists implements SqlLists {
  @Override
  public String empty() {
    return "array()";
  }

  @Override
  public String of(List<String> values) {
    return "array(" + String.join(", ", values) + ")";
  }

  @Override
  public String length(String list) {
    return "size(" + list + ")";
  }

  @Override
  public String concat(String left, String right) {
    return "concat(" + left + ", " + right + ")";
  }

  @Override
  public String sort(String list, boolean descending) {
    return "sort_array(" + list + ", " + !descending + ")";
  }

  @Override
  public String first(String list, int count) {
    return "slice(" + list + ", 1, " + count + ")";
  }

  @Override
  public String at(String list, int position) {
    return "try_element_at(" + list + ", " + position + ")";
  }

  @Override
  public String position(String list, String value) {
    return "array_position(" + list + ", " + value + ")";
  }

  @Override
  public String transform(String list, String made) {
    return "transform(" + list + ", e -> " + made + ")";
  }

  @Override
  public String filter(String list, String element, String test) {
    return "filter(" + list + ", " + element + " -> " + test + ")";
  }

  /** Spark counts from 0 here. */
  @Override
  public String filterNumbered(String list, UnaryOperator<String> test) {
    return "filter(" + list + ", (e, i) -> " + test.apply("(i + 1)") + ")";
  }
}
