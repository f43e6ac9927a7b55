package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A view put together in memory:
 *
 * <pre>{@code
 * ViewDefinition.named("Revenue")
 *     .from("Order")
 *     .filter("{status: {$ne: 'draft'}}")
 *     .groupBy("day(created_at)")
 *     .compute("revenue", "{$sum: total}")
 *     .build()
 * }</pre>
 *
 * <p>Paths and texts are those of the language, as in a file.
 */
public final class ViewBuilder {
  private static final Pattern CALL = Pattern.compile("(?s)(\\w+)\\s*\\((.*)\\)");

  private final MemoryDocument document;
  private @Nullable String table;
  private @Nullable String catalog;

  ViewBuilder(String name) {
    this.document = new MemoryDocument("view " + requireNonNull(name, "name is null"));
    document.string("$type", name);
  }

  /** The entity type, or the view, whose rows it has. */
  public ViewBuilder from(String type) {
    document.string("$from", type);
    return this;
  }

  /** The whole view as a query in SQL, instead of everything else that says its rows. */
  public ViewBuilder sql(String query) {
    document.string("$sql", query);
    return this;
  }

  /** {@code {status: open, total: {$gte: 100}}}. */
  public ViewBuilder filter(String text) {
    return with("$filter", text);
  }

  /** Relations whose columns are inlined: {@code customer.address}. */
  public ViewBuilder expand(String... paths) {
    Arrays.stream(paths).forEach(path -> append("$expand", path));
    return this;
  }

  /** An expanded path gets another prefix, or an output column another source. */
  public ViewBuilder flatten(String left, String right) {
    document.entry("$flatten", left, MemoryDocument.scalar(right));
    return this;
  }

  /** The output columns that are kept, in this order. */
  public ViewBuilder select(String... columns) {
    Arrays.stream(columns).forEach(column -> append("$select", column));
    return this;
  }

  /** One row for each element of a list or a relation. */
  public ViewBuilder unnest(String path) {
    document.string("$unnest", path);
    return this;
  }

  /** Columns, {@code day(created_at)}, {@code {day: created_at, $as: day}}; none for the total. */
  public ViewBuilder groupBy(String... keys) {
    document.emptyList("$groupBy");
    for (String key : keys) {
      Matcher call = CALL.matcher(key.strip());
      if (key.strip().startsWith("{")) {
        document.append("$groupBy", document.read("$groupBy", key));
      } else if (call.matches()) {
        document.append(
            "$groupBy",
            MemoryDocument.map(
                requireNonNull(call.group(1)), requireNonNull(call.group(2)).strip()));
      } else {
        append("$groupBy", key);
      }
    }
    return this;
  }

  /** Which groups are kept, by output names: {@code {revenue: {$gt: 100}}}. */
  public ViewBuilder having(String text) {
    return with("$having", text);
  }

  /** An aggregate: {@code {$sum: total}}; or a value: {@code {$expr: 'price - cost'}}. */
  public ViewBuilder compute(String name, String aggregate) {
    document.entry("$compute", name, document.read("$compute." + name, aggregate));
    return this;
  }

  /** {@code {mode: scheduled, schedule: '0 2 * * *'}}. */
  public ViewBuilder refresh(String settings) {
    return with("$refresh", settings);
  }

  /** {@code namespace.table}, instead of the table that the view would get. */
  public ViewBuilder table(String name) {
    table = requireNonNull(name, "name is null");
    return this;
  }

  /** The catalog of {@link #table}, if it is not the project's default one. */
  public ViewBuilder catalog(String name) {
    catalog = requireNonNull(name, "name is null");
    return this;
  }

  /** Any key of the language with its value: {@code $partitionBy} and {@code [{day: at}]}. */
  public ViewBuilder with(String key, String text) {
    document.node(key, document.read(key, text));
    return this;
  }

  private void append(String key, String value) {
    document.append(key, MemoryDocument.scalar(value));
  }

  /**
   * @throws io.bergview.errors.DefinitionException with every problem found
   */
  public ViewDefinition build() {
    if (table != null) {
      document.string("$table", catalog == null ? table : ColumnPath.of(catalog) + "." + table);
    }
    return (ViewDefinition) document.definition(true, catalog == null ? Set.of() : Set.of(catalog));
  }
}
