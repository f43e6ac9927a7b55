package io.bergview.refresh.explain;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.bergview.errors.BergviewException;
import io.bergview.projection.definition.EngineChoice;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.yaml.YamlForm;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshPlan;
import io.bergview.refresh.algebra.ChangeEffect;
import io.bergview.staleness.ViewState;
import java.util.List;
import java.util.Optional;

/**
 * The description of a view.
 *
 * @param definition canonical JSON
 * @param yaml of a view in SQL, the same view in the language, or why there is none
 * @param columns visible ones, in order
 * @param key output names, or {@code _state.key.<name>} for parts that are hidden; empty if rows
 *     have no key
 * @param planTree the logical plan, one operator per line
 * @param sql the query that computes the view; {@code c<number>} are the plan's columns, tables
 *     denote their pinned snapshots
 * @param layout one line per property
 * @param shards how its rows are spread
 * @param effects the cost of changes of the sources, from the definition alone
 * @param refreshNow what a refresh without {@code --full} would do; only a prediction, since a
 *     source may change until then
 * @param engine that refreshes it: what the view says, or else the project
 * @param published by what other engines read it
 */
public record ViewExplanation(
    String view,
    TableName table,
    String location,
    int definitionVersion,
    String definition,
    Optional<YamlForm> yaml,
    List<Column> columns,
    List<String> key,
    String planTree,
    String sql,
    List<String> layout,
    ShardsOfView shards,
    List<Source> sources,
    List<ChangeEffect> effects,
    ViewState state,
    Next refreshNow,
    EngineChoice engine,
    Optional<Published> published) {
  /**
   * An Iceberg view that is published of the view.
   *
   * @param current whether it has the columns that the table has, as the table says; the catalog is
   *     not asked
   */
  public record Published(TableName view, boolean current) {
    public Published {
      requireNonNull(view, "view is null");
    }
  }

  /**
   * What a refresh would do, or why it would be refused.
   *
   * @param reason a {@link io.bergview.refresh.RefreshReason}, or the code of the refusal
   */
  public record Next(RefreshKind kind, String reason, String message) {
    public Next {
      requireNonNull(kind, "kind is null");
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }

    static Next of(RefreshPlan plan) {
      return new Next(plan.kind(), plan.reason().name(), plan.message());
    }

    static Next of(BergviewException refusal) {
      return new Next(
          RefreshKind.SKIP, refusal.code().name(), String.valueOf(refusal.getMessage()));
    }
  }

  /** A column of the view: its Iceberg type, and its source. */
  public record Column(String name, String type, String source) {}

  /**
   * A table that the view reads.
   *
   * @param type the entity type or view that the definition reads it as
   * @param snapshotId current; -1 for none
   * @param rows of the current snapshot, as its summary says; -1 where it does not
   * @param rowsAreExact false where deletes make {@code rows} an approximation: {@code
   *     io.bergview.staleness.SnapshotRows} says which
   * @param columns that are read, by their names in the definition
   * @param notRead columns of the table that the view does not read, such as those added since it
   *     was defined
   */
  public record Source(
      TableName table,
      String type,
      long snapshotId,
      long rows,
      boolean rowsAreExact,
      long bytes,
      long files,
      List<String> columns,
      List<String> notRead) {
    public Source {
      requireNonNull(table, "table is null");
      columns = List.copyOf(columns);
      notRead = List.copyOf(notRead);
    }

    private ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("table", table.toString());
      json.put("type", type);
      json.put("snapshotId", snapshotId);
      json.put("rows", rows);
      json.put("rowsAreExact", rowsAreExact);
      json.put("bytes", bytes);
      json.put("files", files);
      strings(json.putArray("columns"), columns);
      strings(json.putArray("notRead"), notRead);
      return json;
    }
  }

  public ViewExplanation {
    requireNonNull(view, "view is null");
    requireNonNull(table, "table is null");
    requireNonNull(yaml, "yaml is null");
    columns = List.copyOf(columns);
    key = List.copyOf(key);
    layout = List.copyOf(layout);
    requireNonNull(shards, "shards is null");
    sources = List.copyOf(sources);
    effects = List.copyOf(effects);
    requireNonNull(state, "state is null");
    requireNonNull(refreshNow, "refreshNow is null");
    requireNonNull(engine, "engine is null");
    requireNonNull(published, "published is null");
  }

  /** For machines. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("view", view);
    json.put("table", table.toString());
    json.put("location", location);
    json.put("definitionVersion", definitionVersion);
    json.putRawValue("definition", new RawValue(definition));
    yaml.ifPresent(
        form -> {
          ObjectNode node = json.putObject("yaml");
          if (form instanceof YamlForm.Found found) {
            node.put("text", found.text());
          } else {
            node.put("lacks", ((YamlForm.None) form).why());
          }
        });
    ArrayNode columnArray = json.putArray("columns");
    columns.forEach(
        column ->
            columnArray
                .addObject()
                .put("name", column.name())
                .put("type", column.type())
                .put("source", column.source()));
    strings(json.putArray("key"), key);
    json.put("plan", planTree);
    json.put("sql", sql);
    strings(json.putArray("layout"), layout);
    json.set("shards", shards.toJson());
    ArrayNode sourceArray = json.putArray("sources");
    sources.forEach(source -> sourceArray.add(source.toJson()));
    ArrayNode effectArray = json.putArray("effects");
    effects.forEach(effect -> effectArray.add(effect.toJson()));
    json.set("state", state.toJson());
    json.putObject("refreshNow")
        .put("kind", refreshNow.kind().label())
        .put("reason", refreshNow.reason())
        .put("message", refreshNow.message());
    json.put("engine", engine.word());
    published.ifPresent(
        one ->
            json.putObject("published")
                .put("view", one.view().toString())
                .put("current", one.current()));
    return json;
  }

  private static void strings(ArrayNode array, List<String> texts) {
    texts.forEach(array::add);
  }
}
