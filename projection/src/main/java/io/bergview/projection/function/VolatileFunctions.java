package io.bergview.projection.function;

import io.bergview.projection.plan.Expr;
import java.util.ArrayList;
import java.util.List;

/** Functions that SQL has, and that a stored result cannot have. */
final class VolatileFunctions {
  private static final List<String> CLOCKS =
      List.of(
          "now",
          "current_timestamp",
          "get_current_timestamp",
          "transaction_timestamp",
          "statement_timestamp",
          "localtimestamp",
          "current_localtimestamp",
          "current_date",
          "today",
          "current_time",
          "get_current_time",
          "localtime",
          "current_localtime",
          "age");

  private static final List<String> OTHERS =
      List.of(
          "random",
          "rand",
          "randn",
          "setseed",
          "uuid",
          "gen_random_uuid",
          "uuidv4",
          "uuidv7",
          "nextval",
          "currval",
          "current_user",
          "session_user",
          "user",
          "current_role",
          "current_schema",
          "current_schemas",
          "current_database",
          "current_catalog",
          "current_setting",
          "version",
          "txid_current",
          "monotonically_increasing_id");

  /**
   * @param clock whether it reads the clock
   */
  private record Volatile(String name, boolean clock) implements ScalarDefinition {
    @Override
    public Expr bind(List<Expr> arguments) {
      throw new FunctionException(
          FunctionException.Kind.NOT_DETERMINISTIC,
          name
              + " has another value each time, so that a stored result would depend on when it was"
              + " computed; "
              + (clock
                  ? "use a column of the source, or filter by time in the query that reads the view"
                  : "use a column of the source"));
    }

    @Override
    public FunctionDocs docs() {
      return new FunctionDocs(List.of(name), List.of(), "", List.of());
    }
  }

  private VolatileFunctions() {}

  static List<ScalarDefinition> all() {
    List<ScalarDefinition> all = new ArrayList<>();
    CLOCKS.forEach(name -> all.add(new Volatile(name, true)));
    OTHERS.forEach(name -> all.add(new Volatile(name, false)));
    return all;
  }
}
