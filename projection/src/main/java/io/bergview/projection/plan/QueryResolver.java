package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.Kind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.Predicate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * A question about the rows of one table, in the names of its columns: which rows, which columns.
 * Paths may lead on into structs, and to nothing else.
 */
public final class QueryResolver implements FilterScope {
  private static final String FILTER = "--filter";

  private final SourceTable table;
  private final ColumnIds ids = new ColumnIds();
  private final Map<Integer, PlanColumn> reads = new LinkedHashMap<>();

  private QueryResolver(SourceTable table) {
    this.table = table;
  }

  /**
   * @param plan gives {@code columns}, in this order
   * @param source the table, its schema cut down to the columns that the plan reads
   */
  public record Query(Plan plan, List<PlanColumn> columns, SourceTable source) {
    public Query {
      requireNonNull(plan, "plan is null");
      columns = List.copyOf(columns);
      requireNonNull(source, "source is null");
    }
  }

  /**
   * @param columns names of top-level columns of the table, each at most once
   * @throws DefinitionException where the filter does not fit the table
   * @throws IllegalArgumentException where a column does not exist
   */
  public static Query resolve(SourceTable table, Optional<Predicate> filter, List<String> columns) {
    return new QueryResolver(table).resolve(filter, columns);
  }

  private Query resolve(Optional<Predicate> filter, List<String> names) {
    List<PlanColumn> columns =
        names.stream()
            .map(
                name ->
                    Optional.ofNullable(table.schema().asStruct().field(name))
                        .orElseThrow(() -> new IllegalArgumentException("no column " + name)))
            .map(this::read)
            .toList();
    Optional<Pred> kept = filter.map(predicate -> PredicateResolver.resolve(predicate, this));
    Plan scan =
        new Plan.Scan(
            table,
            reads.entrySet().stream()
                .map(read -> new Plan.Scan.Read(read.getValue(), read.getKey()))
                .toList());
    Plan rows = kept.isPresent() ? new Plan.Filter(scan, kept.get()) : scan;
    Plan plan =
        new Plan.Project(
            rows,
            columns.stream()
                .map(column -> new Plan.Assignment(column, new Expr.Ref(column)))
                .toList());
    Schema schema =
        new Schema(
            table.schema().columns().stream()
                .filter(field -> reads.containsKey(field.fieldId()))
                .toList());
    return new Query(plan, columns, new SourceTable(table.type(), table.table(), schema));
  }

  private PlanColumn read(Types.NestedField field) {
    return reads.computeIfAbsent(field.fieldId(), id -> ids.next(field.name(), field.type()));
  }

  @Override
  public Expr column(ColumnPath path) {
    List<String> segments = path.segments();
    Types.NestedField top = field(table.schema().asStruct(), segments.get(0), path);
    Expr value = new Expr.Ref(read(top));
    for (String segment : segments.subList(1, segments.size())) {
      if (!value.type().isStructType()) {
        throw failure(
            Kind.UNKNOWN_COLUMN,
            path,
            "'%s' goes on behind a column of type %s, which has no fields"
                .formatted(path, value.type()));
      }
      Types.NestedField field = field(value.type().asStructType(), segment, path);
      value = new Expr.Field(value, field.name(), field.type());
    }
    return value;
  }

  private Types.NestedField field(Types.StructType struct, String name, ColumnPath path) {
    return Optional.ofNullable(struct.field(name))
        .orElseThrow(
            () ->
                failure(
                    Kind.UNKNOWN_COLUMN,
                    path,
                    "view %s has no column '%s'%s"
                        .formatted(
                            viewName(),
                            name,
                            Suggestions.didYouMean(
                                name,
                                struct.fields().stream().map(Types.NestedField::name).toList()))));
  }

  @Override
  public String viewName() {
    return table.type();
  }

  @Override
  public DefinitionException failure(Kind kind, ColumnPath path, String message) {
    return new DefinitionException(new DefinitionProblem(kind, FILTER, path.at(), 0, 0, message));
  }
}
