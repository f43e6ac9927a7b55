package io.bergview.query;

import io.bergview.errors.DefinitionException;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.FindClauseParser;
import io.bergview.projection.definition.OptionReader;
import io.bergview.projection.definition.ViewDefinition.Unnest;
import java.util.function.Supplier;

/**
 * The parts of a query as text, as the command line and the façade take them. Each throws {@link
 * io.bergview.errors.UsageException} with every problem found.
 */
public final class QueryText {
  private QueryText() {}

  /** Paths between commas: {@code customer,customer.address}. */
  public static void include(FindQuery.Builder query, String text) {
    query.include(read(() -> OptionReader.paths("--include", text)));
  }

  /** JSON5, or YAML on one line: {@code {status: open, total: {$gte: 100}}}. */
  public static void filter(FindQuery.Builder query, String text) {
    query.filter(read(() -> FindClauseParser.filter(text)));
  }

  /** A path of a list or a to-many relation. */
  public static void unnest(FindQuery.Builder query, String text) {
    ColumnPath path = read(() -> OptionReader.path("--unnest", text));
    query.unnest(new Unnest(path, false));
  }

  /** {@code status, day(created_at)}; empty for the grand total. */
  public static void groupBy(FindQuery.Builder query, String text) {
    query.groupBy(read(() -> FindClauseParser.groupBy(text)));
  }

  /** {@code {orders: {$count: '*'}, revenue: {$sum: total}}}. */
  public static void compute(FindQuery.Builder query, String text) {
    query.compute(read(() -> FindClauseParser.compute(text)));
  }

  /** Columns and paths between commas. */
  public static void select(FindQuery.Builder query, String text) {
    query.select(read(() -> OptionReader.paths("--select", text)));
  }

  /** Columns and paths between commas, {@code -} before those that descend. */
  public static void sort(FindQuery.Builder query, String text) {
    query.sort(read(() -> OptionReader.sort("--sort", text)));
  }

  private static <T> T read(Supplier<T> reader) {
    try {
      return reader.get();
    } catch (DefinitionException e) {
      throw FindQuery.usage(e);
    }
  }
}
