package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Relation;
import io.bergview.projection.definition.ViewDefinition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * A view checked against its types and schemas, ready to run.
 *
 * @param types the entity types that it uses, by name
 * @param plan its output is {@code columns}, then {@code state}, in this order
 * @param columns the visible columns
 * @param state the hidden column {@code _state}; empty if no state is needed
 * @param key the location of the view's own key: output names, or {@code _state.key.<name>}; empty
 *     if rows have no key
 * @param rootKey the location of the key of the root row that each row is derived from, in the
 *     order of its {@code $id}, written like {@code key}; empty in a grouped view, and if the root
 *     has none
 * @param relations the forward relations of its rows, for downstream views, by name, with output
 *     names as keys
 * @param sources each table once, its schema reduced to the columns that the plan reads
 * @param frozen what a stored definition must keep so that it can be resolved again: the tables
 *     that it mentions, each with the columns that it reads or names
 * @param checks conditions that must hold before a result may be committed
 */
public record ResolvedView(
    ViewDefinition definition,
    Map<String, EntityType> types,
    Plan plan,
    List<OutputColumn> columns,
    Optional<OutputColumn> state,
    List<String> key,
    List<String> rootKey,
    Map<String, Relation.Forward> relations,
    List<SourceTable> sources,
    List<SourceTable> frozen,
    List<UniqueCheck> checks) {
  /** The name of the hidden column. */
  public static final String STATE = "_state";

  /** The name of what {@link #STATE} keeps of the least or greatest values of an output. */
  public static final String EXTREMES = "extremes";

  /** The name of the column that distinguishes the batches of an appending view. */
  public static final String REFRESHED_AT = "_refreshed_at";

  public ResolvedView {
    requireNonNull(definition, "definition is null");
    types = Map.copyOf(types);
    requireNonNull(plan, "plan is null");
    columns = List.copyOf(columns);
    requireNonNull(state, "state is null");
    key = List.copyOf(key);
    rootKey = List.copyOf(rootKey);
    relations = Collections.unmodifiableMap(new LinkedHashMap<>(relations));
    sources = List.copyOf(sources);
    frozen = List.copyOf(frozen);
    checks = List.copyOf(checks);
  }

  /**
   * The same columns by another plan, which needs no checks.
   *
   * @param other gives the columns of {@code plan}
   */
  public ResolvedView computedBy(Plan other) {
    return new ResolvedView(
        definition,
        types,
        other,
        columns,
        state,
        key,
        rootKey,
        relations,
        PlanSources.of(other),
        frozen,
        List.of());
  }

  /** Visible columns, then the hidden one. */
  public List<OutputColumn> allColumns() {
    List<OutputColumn> all = new ArrayList<>(columns);
    state.ifPresent(all::add);
    return List.copyOf(all);
  }

  /** Whether every refresh adds a batch of rows, distinguished by {@link #REFRESHED_AT}. */
  public boolean appends() {
    return definition.refresh().appends();
  }

  /** Where the key of a row of the view's table is: {@code key}, within its batch. */
  public List<String> tableKey() {
    boolean keyed = !key.isEmpty() || definition.groupBy().isPresent();
    return appends() && keyed ? Stream.concat(Stream.of(REFRESHED_AT), key.stream()).toList() : key;
  }

  /**
   * The schema of the view's table when recreated: every column optional, fresh field ids from 1.
   * The column that distinguishes batches comes first.
   */
  public Schema schema() {
    List<Types.NestedField> fields = new ArrayList<>();
    int id = 0;
    if (appends()) {
      id++;
      fields.add(Types.NestedField.optional(id, REFRESHED_AT, Types.TimestampType.withZone()));
    }
    for (OutputColumn column : allColumns()) {
      id++;
      fields.add(Types.NestedField.optional(id, column.name(), TypeShapes.optional(column.type())));
    }
    AtomicInteger next = new AtomicInteger();
    Type.NestedType fresh =
        TypeUtil.assignFreshIds(Types.StructType.of(fields), next::incrementAndGet).asNestedType();
    return new Schema(fresh.asStructType().fields());
  }
}
