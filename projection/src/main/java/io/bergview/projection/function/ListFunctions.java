package io.bergview.projection.function;

import static io.bergview.projection.function.SqlFunction.define;

import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.ScalarFunction;
import io.bergview.projection.plan.TypeShapes;
import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** Functions of lists, maps and structs. Positions in lists count from 1. */
final class ListFunctions {
  private ListFunctions() {}

  static List<SqlFunction> all() {
    return List.of(
        define("`[a, b, ...]`: a list of the values, which have one type.", "list_value", "array")
            .form("list_value(T...) -> list<T>", "list_value({*})")
            .example("[1, 2, NULL]", "[1, 2, NULL]", "array(1, 2, NULL)"),
        define(
                "How many elements the list, or entries the map, has.",
                "cardinality",
                "array_length",
                "size")
            .form("cardinality(list) -> long", "len({0})")
            .form("cardinality(map) -> long", "cardinality({0})")
            .example("cardinality([1, NULL])", "2", "cardinality(array(1, NULL))"),
        define(
                "`list[position]`: the element at a position, from the end where negative; NULL"
                    + " where there is none. `map[key]`: the value of a key. `struct['name']`: a"
                    + " field, also by its number, from 1. `string[position]`: a character.",
                "array_extract",
                "list_extract",
                "list_element",
                "element_at",
                "map_extract_value")
            .form("array_extract(list, long) -> any", (a, t) -> element(a))
            .form("array_extract(map, any) -> any", (a, t) -> entry(a))
            .form("array_extract(struct, constant string) -> any", (a, t) -> field(a))
            .form("array_extract(struct, constant long) -> any", (a, t) -> numbered(a))
            .form("array_extract(string, long) -> string", "array_extract({0}, {1})")
            .example("[10, 20][2]", "20", "try_element_at(array(10, 20), 2)")
            .example("[10, 20][-1]", "20", "try_element_at(array(10, 20), -1)")
            .example("[10, 20][3]", "NULL", "try_element_at(array(10, 20), 3)"),
        define(
                "`struct.name`: a field of the struct; NULL where the struct is NULL.",
                "struct_extract")
            .form("struct_extract(struct, constant string) -> any", (a, t) -> field(a)),
        define(
                "`{'a': 1, 'b': 'x'}` and `struct_pack(a := 1, b := 'x')`: a struct of fields with"
                    + " names. `struct(x, y)` names them after its columns.",
                "named_struct",
                "struct_pack",
                "struct")
            .form("named_struct(any...) -> any", (a, t) -> struct(a))
            .example("named_struct('a', 1, 'b', 'x')", "{'a': 1, 'b': x}", "")
            .example(
                "struct_extract(named_struct('a', 1, 'b', 'x'), 'b')",
                "x",
                "named_struct('a', 1, 'b', 'x').b"),
        define(
                "Whether the value is an element; NULL where it is not found, but the list has a"
                    + " NULL.",
                "list_contains",
                "array_contains",
                "list_has",
                "array_has")
            .form(
                "list_contains(list<T>, T) -> boolean",
                "(CASE WHEN list_contains({0}, {1}) THEN true WHEN {1} IS NOT NULL AND"
                    + " list_count({0}) = len({0}) THEN false END)")
            .example("list_contains([1, 2], 2)", "true", "array_contains(array(1, 2), 2)")
            .example("list_contains([1, NULL], 2)", "NULL", "array_contains(array(1, NULL), 2)"),
        define("The least element that is not NULL.", "list_min", "array_min")
            .form("list_min(list<T>) -> T", "list_min({0})")
            .example("list_min([2, NULL, 1])", "1", "array_min(array(2, NULL, 1))"),
        define("The greatest element that is not NULL.", "list_max", "array_max")
            .form("list_max(list<T>) -> T", "list_max({0})")
            .example("list_max([2, NULL, 1])", "2", "array_max(array(2, NULL, 1))"),
        define("The elements in ascending order, NULLs last.", "list_sort", "array_sort")
            .form("list_sort(list<T>) -> list<T>", "list_sort({0}, 'ASC', 'NULLS LAST')")
            .example("list_sort([2, NULL, 1])", "[1, 2, NULL]", "array_sort(array(2, NULL, 1))"),
        define(
                "The elements as one string, a separator between them. NULLs are left out,"
                    + " or written as the third argument.",
                "array_to_string",
                "array_join")
            .form("array_to_string(list, constant string) -> string", (a, t) -> joined(a))
            .form(
                "array_to_string(list, constant string, string) -> string",
                (a, t) -> joined(List.of(withoutNulls(a.get(0), a.get(2)), a.get(1))))
            .example(
                "array_to_string(['a', NULL, 'b'], '-')",
                "a-b",
                "array_join(array('a', NULL, 'b'), '-')")
            .example(
                "array_to_string(['a', NULL], '-', '*')",
                "a-*",
                "array_join(array('a', NULL), '-', '*')"),
        define(
                "The parts of the string between the separators.",
                "string_split",
                "split",
                "str_split")
            .form("string_split(string, constant string) -> list<string>", (a, t) -> split(a))
            .example("string_split('a,b', ',')", "[a, b]", "split('a,b', ',')"),
        define("The keys of the map.", "map_keys")
            .form("map_keys(map) -> any", (a, t) -> parts("map_keys", a.get(0), true)),
        define("The values of the map.", "map_values")
            .form("map_values(map) -> any", (a, t) -> parts("map_values", a.get(0), false)));
  }

  /** Of names, which are constants, and values by turns. */
  private static Expr struct(List<Expr> arguments) {
    List<String> names = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    for (int i = 0; i + 1 < arguments.size(); i += 2) {
      if (!(arguments.get(i) instanceof Expr.Constant constant)
          || !(constant.value() instanceof String name)) {
        throw FunctionException.wrongArguments(
            "a struct needs a name, a string, for each value: {'a': 1, 'b': 'x'}");
      }
      Expr value = arguments.get(i + 1);
      names.add(name);
      values.add(
          Coercion.isUntyped(value) ? new Expr.Constant(null, Types.StringType.get()) : value);
    }
    Types.StructType type = TypeShapes.structOf(names, values.stream().map(Expr::type).toList());
    if (arguments.size() % 2 == 1
        || !TypeShapes.hasDistinctNames(type)
        || !names.stream().allMatch(TypeShapes::isName)) {
      throw FunctionException.wrongArguments(
          "a struct needs names that differ, also without regard to case, and a value for each");
    }
    return new Expr.Pack(values, type);
  }

  private static Expr element(List<Expr> arguments) {
    return new Expr.Call(
        new ScalarFunction("array_extract", "list_extract({0}, {1})"),
        arguments,
        arguments.get(0).type().asListType().elementType());
  }

  private static Expr entry(List<Expr> arguments) {
    Types.MapType map = arguments.get(0).type().asMapType();
    return new Expr.Call(
        new ScalarFunction("array_extract", "map_extract_value({0}, {1})"),
        List.of(arguments.get(0), Coercion.to(arguments.get(1), map.keyType())),
        map.valueType());
  }

  private static Expr parts(String function, Expr map, boolean keys) {
    Types.MapType type = map.type().asMapType();
    return new Expr.Call(
        ScalarFunction.named(function),
        List.of(map),
        TypeShapes.listOf(keys ? type.keyType() : type.valueType()));
  }

  private static Expr field(List<Expr> arguments) {
    String name = String.valueOf(((Expr.Constant) arguments.get(1)).value());
    Types.StructType struct = arguments.get(0).type().asStructType();
    Types.NestedField field = struct.field(name);
    if (field == null) {
      field = struct.caseInsensitiveField(name);
    }
    if (field == null) {
      throw FunctionException.wrongArguments(
          "the struct has no field '"
              + name
              + "'; it has "
              + String.join(", ", struct.fields().stream().map(Types.NestedField::name).toList()));
    }
    return new Expr.Field(arguments.get(0), field.name(), field.type());
  }

  private static Expr numbered(List<Expr> arguments) {
    List<Types.NestedField> fields = arguments.get(0).type().asStructType().fields();
    long number =
        ((Expr.Constant) arguments.get(1)).value() instanceof Long position ? position : 0;
    if (number < 1 || number > fields.size()) {
      throw FunctionException.wrongArguments(
          "the struct has no field " + number + "; it has " + fields.size());
    }
    Types.NestedField field = fields.get((int) number - 1);
    return new Expr.Field(arguments.get(0), field.name(), field.type());
  }

  private static Expr withoutNulls(Expr list, Expr text) {
    return new Expr.Call(
        new ScalarFunction("coalesce", "list_transform({0}, lambda e: coalesce(e, {1}))"),
        List.of(list, text),
        list.type());
  }

  private static Expr joined(List<Expr> arguments) {
    Type element = arguments.get(0).type().asListType().elementType();
    if (!element.equals(Types.StringType.get())) {
      throw FunctionException.wrongArguments(
          "array_to_string needs a list of strings, not of " + Coercion.shown(element));
    }
    return new Expr.Call(
        ScalarFunction.named("array_to_string"), arguments, Types.StringType.get());
  }

  private static Expr split(List<Expr> arguments) {
    return new Expr.Call(
        ScalarFunction.named("string_split"), arguments, TypeShapes.listOf(Types.StringType.get()));
  }
}
