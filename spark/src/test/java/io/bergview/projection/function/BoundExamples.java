package io.bergview.projection.function;

import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.plan.Expr;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.SortOrder;
import io.bergview.projection.query.NameScope;
import io.bergview.projection.query.ScalarBinder;
import io.bergview.projection.syntax.ExpressionParser;
import io.bergview.projection.syntax.SyntaxNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/** The documented examples of functions, as expressions of plans. */
public final class BoundExamples {
  private static final TypeSource NO_TYPES =
      new TypeSource() {
        @Override
        public Collection<String> names() {
          return List.of();
        }

        @Override
        public Optional<EntityType> type(String name) {
          return Optional.empty();
        }

        @Override
        public Optional<EntityType> table(List<String> path) {
          return Optional.empty();
        }

        @Override
        public Schema schema(EntityType type) {
          throw new IllegalArgumentException("an example reads " + type);
        }
      };

  private int ids = 1;

  /**
   * An aggregate, and the rows that it is of.
   *
   * @param columns of the rows
   */
  public record Grouped(List<PlanColumn> columns, List<List<Expr>> rows, AggregateParts parts) {
    public Grouped {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }
  }

  /** A function of a window over the column, whose values are 1, 2, 2. */
  public record Windowed(PlanColumn column, WindowParts parts) {}

  /** A value of no row. */
  public Expr scalar(String sql) {
    return bound(Map.of(), ExpressionParser.parse(sql));
  }

  /** {@code sum(x) of 1, 2}, or {@code corr(y, x) of (1, 2), (3, 4)}. */
  public Grouped grouped(String example) {
    String[] parts = example.split(" of ", 2);
    Map<String, Expr> columns = new LinkedHashMap<>();
    List<PlanColumn> made = new ArrayList<>();
    List<List<Expr>> rows = rows(parts[1], columns, made);
    SyntaxNode call = ExpressionParser.parse(parts[0]);
    List<SortOrder> orders = new ArrayList<>();
    for (SyntaxNode order : call.required("order_bys").children("orders")) {
      orders.add(
          new SortOrder(
              bound(columns, order.required("expression")),
              order.type().equals("DESCENDING"),
              false));
    }
    AggregateParts bound =
        Functions.aggregate(call.string("function_name"))
            .orElseThrow()
            .bind("a", arguments(call, columns), call.bool("distinct"), orders, this::column);
    return new Grouped(made, rows, bound);
  }

  /** {@code lag(x)}. */
  public Windowed windowed(String example) {
    PlanColumn x = column("x", Types.LongType.get());
    SyntaxNode call = ExpressionParser.parse(example + " OVER ()");
    List<Expr> arguments = arguments(call, Map.of("x", new Expr.Ref(x)));
    String name = call.string("function_name");
    return new Windowed(
        x,
        Functions.window(name)
            .map(definition -> definition.bind(arguments))
            .orElseGet(() -> Functions.aggregate(name).orElseThrow().overWindow(arguments)));
  }

  private PlanColumn column(String label, Type type) {
    return new PlanColumn(ids++, label, type);
  }

  private static List<Expr> arguments(SyntaxNode call, Map<String, Expr> columns) {
    return call.children("arguments").stream()
        .map(argument -> bound(columns, argument.child("expression").orElse(argument)))
        .toList();
  }

  private static Expr bound(Map<String, Expr> columns, SyntaxNode expression) {
    NameScope names =
        new NameScope() {
          @Override
          public boolean has(List<String> path, SyntaxNode at) {
            return path.size() == 1 && columns.containsKey(path.get(0));
          }

          @Override
          public Expr resolve(List<String> path, SyntaxNode at) {
            return columns.get(path.get(0));
          }
        };
    return new ScalarBinder(NO_TYPES, names).value(expression);
  }

  private List<List<Expr>> rows(String values, Map<String, Expr> columns, List<PlanColumn> made) {
    boolean pairs = values.startsWith("(");
    List<List<Expr>> rows = new ArrayList<>();
    for (String value :
        pairs ? values.substring(1, values.length() - 1).split("\\), \\(") : values.split(", ")) {
      List<Expr> row = new ArrayList<>();
      for (String cell : pairs ? value.split(", ") : new String[] {value}) {
        row.add(scalar(cell));
      }
      rows.add(row);
    }
    List<List<Expr>> cast = new ArrayList<>();
    rows.forEach(row -> cast.add(new ArrayList<>()));
    for (int i = 0; i < rows.get(0).size(); i++) {
      int at = i;
      Type type = Coercion.common(rows.stream().map(row -> row.get(at)).toList()).orElseThrow();
      boolean typed = type.typeId() != Type.TypeID.UNKNOWN;
      PlanColumn column =
          column(pairs && i == 0 ? "y" : "x", typed ? type : Types.StringType.get());
      made.add(column);
      columns.put(column.label(), new Expr.Ref(column));
      for (int row = 0; row < rows.size(); row++) {
        cast.get(row).add(Coercion.to(rows.get(row).get(i), column.type()));
      }
    }
    return cast;
  }
}
