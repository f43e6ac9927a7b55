package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Functions that make lists and maps of others, as Spark has them: the order of elements is kept, a
 * NULL among them is a value, a list that is NULL gives NULL.
 */
final class ListOperations {
  private static final String FIRST_ONES =
      "list_filter(%1$s, lambda e, i: i = CASE WHEN e IS NULL THEN list_position("
          + "list_transform(%1$s, lambda x: x IS NULL), true) ELSE list_position(%1$s, e) END)";

  /** Whether e is in the second list. */
  private static final String MEMBER =
      "CASE WHEN e IS NULL THEN list_count({1}) < len({1}) ELSE list_contains({1}, e) END";

  private static final String BOTH = "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN ";
  private static final String JOINED = "list_concat({0}, {1})";

  private ListOperations() {}

  static List<SqlFunction> all() {
    List<SqlFunction> all = new ArrayList<>(changes());
    all.addAll(sets());
    all.addAll(maps());
    return all;
  }

  private static List<SqlFunction> changes() {
    return List.of(
        define("The list with the value at its end.", "array_append", "list_append")
            .form(
                "array_append(list<T>, T) -> list<T>",
                "CASE WHEN {0} IS NOT NULL THEN list_append({0}, {1}) END")
            .example("array_append([1, 2], 3)", "[1, 2, 3]", "array_append(array(1, 2), 3)"),
        define("The list with the value at its beginning.", "array_prepend")
            .form(
                "array_prepend(list<T>, T) -> list<T>",
                "CASE WHEN {0} IS NOT NULL THEN list_prepend({1}, {0}) END")
            .example("array_prepend([1, 2], 3)", "[3, 1, 2]", "array_prepend(array(1, 2), 3)"),
        define(
                "The elements of the first list, then those of the second.",
                "list_concat",
                "array_concat",
                "array_cat",
                "list_cat")
            .form("list_concat(list<T>, list<T>) -> list<T>", BOTH + JOINED + " END")
            .example("list_concat([1], [2, 1])", "[1, 2, 1]", "concat(array(1), array(2, 1))")
            .example(
                "list_concat([1], NULL)", "NULL", "concat(array(1), CAST(NULL AS array<int>))"),
        define(
                "The list with a value at a position, from 1, in front of what was there; NULLs"
                    + " fill up a list that is shorter.",
                "array_insert")
            .form(
                "array_insert(list<T>, long, T) -> list<T>",
                "CASE WHEN {1} < 1 THEN error('bergview:VALUE_INVALID:a position from 1 is needed')"
                    + " WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN list_concat(list_append("
                    + "list_resize(list_slice({0}, 1, {1} - 1), {1} - 1), {2}),"
                    + " list_slice({0}, {1}, len({0}))) END")
            .example("array_insert([1, 2], 2, 5)", "[1, 5, 2]", "array_insert(array(1, 2), 2, 5)")
            .example("array_insert([1], 3, 5)", "[1, NULL, 5]", "array_insert(array(1), 3, 5)"),
        define(
                "The elements of the lists of a list, one after another; NULL where one of them is"
                    + " NULL.",
                "flatten")
            .form("flatten(list) -> any", (a, t) -> flattened(a.get(0)))
            .example(
                "flatten([[1], [2, 3]])", "[1, 2, 3]", "flatten(array(array(1), array(2, 3)))"),
        define(
                "So many elements from a position on, from 1; from the end where it is negative.",
                "slice")
            .form(
                "slice(list<T>, long, long) -> list<T>",
                "CASE WHEN {1} = 0 OR {2} < 0 THEN error('bergview:VALUE_INVALID:slice needs a"
                    + " position that is not 0 and a length that is not negative') WHEN {1} <"
                    + " -len({0}) OR {2} = 0 THEN CASE WHEN {0} IS NOT NULL THEN [] END WHEN {1} <"
                    + " 0 THEN list_slice({0}, len({0}) + {1} + 1, len({0}) + {1} + {2}) ELSE"
                    + " list_slice({0}, {1}, {1} + {2} - 1) END")
            .example("slice([1, 2, 3, 4], 2, 2)", "[2, 3]", "slice(array(1, 2, 3, 4), 2, 2)")
            .example("slice([1, 2, 3, 4], -2, 2)", "[3, 4]", "slice(array(1, 2, 3, 4), -2, 2)"),
        define(
                "`list[first:last]`: the elements, or the characters of a string, from a position"
                    + " to another, from 1; from the end where negative.",
                "array_slice",
                "list_slice")
            .form("array_slice(list<T>, long, long) -> list<T>", "array_slice({0}, {1}, {2})")
            .form("array_slice(string, long, long) -> string", "array_slice({0}, {1}, {2})")
            .ours("[1, 2, 3][2:3]", "[2, 3]")
            .ours("'hello'[2:3]", "el"),
        define("The list without its NULLs.", "array_compact")
            .form("array_compact(list<T>) -> list<T>", "list_filter({0}, lambda e: e IS NOT NULL)")
            .example("array_compact([1, NULL])", "[1]", "array_compact(array(1, NULL))"),
        define("The list without the elements that are equal to the value.", "array_remove")
            .form(
                "array_remove(list<T>, T) -> list<T>",
                "CASE WHEN {1} IS NOT NULL THEN list_filter({0}, lambda e: e IS DISTINCT FROM {1})"
                    + " END")
            .example(
                "array_remove([1, 2, 1, NULL], 1)",
                "[2, NULL]",
                "array_remove(array(1, 2, 1, NULL), 1)"),
        define("A list of the value so many times.", "array_repeat")
            .form(
                "array_repeat(T, long) -> list<T>",
                "CASE WHEN {1} IS NOT NULL THEN list_transform(range(greatest({1}, 0)), lambda i:"
                    + " {0}) END")
            .example("array_repeat('a', 2)", "[a, a]"),
        define("The elements in order, NULLs first; descending, NULLs last.", "sort_array")
            .form("sort_array(list<T>) -> list<T>", "list_sort({0}, 'ASC', 'NULLS FIRST')")
            .form(
                "sort_array(list<T>, boolean) -> list<T>",
                "CASE WHEN {1} THEN list_sort({0}, 'ASC', 'NULLS FIRST') WHEN NOT {1} THEN"
                    + " list_sort({0}, 'DESC', 'NULLS LAST') END")
            .example("sort_array([2, NULL, 1])", "[NULL, 1, 2]", "sort_array(array(2, NULL, 1))")
            .example(
                "sort_array([2, NULL, 3], false)",
                "[3, 2, NULL]",
                "sort_array(array(2, NULL, 3), false)"),
        define("The only element; NULL of no element, an error of several.", "element")
            .form(
                "element(list<T>) -> T",
                "CASE WHEN len({0}) > 1 THEN error('bergview:VALUE_INVALID:a list has several"
                    + " elements, element() takes one') ELSE {0}[1] END")
            .ours("element([5])", "5"));
  }

  private static Expr flattened(Expr lists) {
    Type inner = lists.type().asListType().elementType();
    if (!inner.isListType()) {
      throw FunctionException.wrongArguments(
          "flatten needs a list of lists, not of " + Coercion.shown(inner));
    }
    return new Expr.Call(
        new ScalarFunction("flatten", "CASE WHEN list_count({0}) = len({0}) THEN flatten({0}) END"),
        List.of(lists),
        inner);
  }

  private static List<SqlFunction> sets() {
    return List.of(
        define("Each element once, where it comes first.", "array_distinct", "list_distinct")
            .form("array_distinct(list<T>) -> list<T>", FIRST_ONES.formatted("{0}"))
            .example(
                "array_distinct([2, NULL, 1, 2, NULL])",
                "[2, NULL, 1]",
                "array_distinct(array(2, NULL, 1, 2, NULL))"),
        define("The elements of both lists, each once.", "array_union")
            .form(
                "array_union(list<T>, list<T>) -> list<T>",
                BOTH + FIRST_ONES.formatted(JOINED) + " END")
            .example(
                "array_union([2, 1], [2, 3])",
                "[2, 1, 3]",
                "array_union(array(2, 1), array(2, 3))"),
        define(
                "The elements of the first list that the second has, each once.",
                "array_intersect",
                "list_intersect")
            .form("array_intersect(list<T>, list<T>) -> list<T>", members(MEMBER))
            .example(
                "array_intersect([3, NULL, 2, 3], [NULL, 3])",
                "[3, NULL]",
                "array_intersect(array(3, NULL, 2, 3), array(NULL, 3))"),
        define("The elements of the first list that the second has not, each once.", "array_except")
            .form("array_except(list<T>, list<T>) -> list<T>", members("NOT " + MEMBER))
            .example(
                "array_except([3, 2, 1, 2], [3, NULL])",
                "[2, 1]",
                "array_except(array(3, 2, 1, 2), array(3, NULL))"),
        define(
                "Whether the lists have an element in common; NULL where they have none, but one of"
                    + " them has a NULL and neither is empty.",
                "arrays_overlap",
                "array_overlap",
                "list_has_any",
                "array_has_any")
            .form(
                "arrays_overlap(list<T>, list<T>) -> boolean",
                "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL WHEN list_has_any({0}, {1}) THEN"
                    + " true WHEN len({0}) > 0 AND len({1}) > 0 AND list_count({0}) +"
                    + " list_count({1}) < len({0}) + len({1}) THEN NULL ELSE false END")
            .example("arrays_overlap([1, 2], [2])", "true", "arrays_overlap(array(1, 2), array(2))")
            .example(
                "arrays_overlap([1, NULL], [2])",
                "NULL",
                "arrays_overlap(array(1, NULL), array(2))"),
        define(
                "Whether the first list has all elements of the second that are not NULL; also"
                    + " `list @> list`.",
                "list_has_all",
                "array_has_all",
                "@>")
            .form("list_has_all(list<T>, list<T>) -> boolean", BOTH + "list_has_all({0}, {1}) END")
            .ours("list_has_all([1, 2, 3], [3, 1])", "true"),
        define(
                "Whether the lists have an element in common that is not NULL, `list && list`, as"
                    + " in PostgreSQL.",
                "&&")
            .form("&&(list<T>, list<T>) -> boolean", BOTH + "list_has_any({0}, {1}) END")
            .ours("[1, NULL] && [2]", "false"),
        define("The opposite way round: `[1] <@ [1, 2]`.", "<@")
            .form("<@(list<T>, list<T>) -> boolean", BOTH + "list_has_all({1}, {0}) END")
            .ours("[1] <@ [1, 2]", "true"),
        define(
                "The position of the value, from 1; 0 where it is not there.",
                "array_position",
                "list_position",
                "list_indexof",
                "array_indexof")
            .form(
                "array_position(list<T>, T) -> long",
                BOTH + "coalesce(list_position({0}, {1}), 0) END")
            .example("array_position([5, 7], 7)", "2", "array_position(array(5, 7), 7)")
            .example("array_position([5, 7], 8)", "0", "array_position(array(5, 7), 8)"));
  }

  private static String members(String condition) {
    String found = "list_filter({0}, lambda e: " + condition + ")";
    return BOTH + FIRST_ONES.formatted(found) + " END";
  }

  private static List<SqlFunction> maps() {
    return List.of(
        define(
                "`MAP {'a': 1}`, `MAP['a', 1]`, `map(keys, values)`: a map of keys, which differ"
                    + " and are not NULL, and a value for each.",
                "map",
                "map_from_arrays")
            .form("map(list, list) -> any", (a, t) -> map(a))
            .example(
                "element_at(map(['a', 'b'], [1, 2]), 'b')",
                "2",
                "element_at(map_from_arrays(array('a', 'b'), array(1, 2)), 'b')"),
        define("Whether the map has the key.", "map_contains_key", "map_contains")
            .form("map_contains_key(map, any) -> boolean", (a, t) -> containsKey(a))
            .example(
                "map_contains_key(MAP {'a': 1}, 'b')",
                "false",
                "map_contains_key(map('a', 1), 'b')"),
        define("The entries of the map as a list of structs of `key` and `value`.", "map_entries")
            .form("map_entries(map) -> any", (a, t) -> entries(a.get(0)))
            .ours("map_entries(MAP {'a': 1})", "[{'key': a, 'value': 1}]"));
  }

  private static Expr map(List<Expr> arguments) {
    Types.ListType keys = arguments.get(0).type().asListType();
    Types.ListType values = arguments.get(1).type().asListType();
    return new Expr.Call(
        ScalarFunction.named("map"),
        arguments,
        TypeShapes.mapOf(keys.elementType(), values.elementType()));
  }

  private static Expr containsKey(List<Expr> arguments) {
    Types.MapType map = arguments.get(0).type().asMapType();
    return new Expr.Call(
        new ScalarFunction("map_contains_key", "list_contains(map_keys({0}), {1})"),
        List.of(arguments.get(0), Coercion.to(arguments.get(1), map.keyType())),
        Types.BooleanType.get());
  }

  private static Expr entries(Expr map) {
    Types.MapType type = map.type().asMapType();
    return new Expr.Call(
        ScalarFunction.named("map_entries"),
        List.of(map),
        TypeShapes.listOf(
            TypeShapes.structOf(
                List.of("key", "value"), List.of(type.keyType(), type.valueType()))));
  }
}
