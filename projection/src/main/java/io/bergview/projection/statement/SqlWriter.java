package io.bergview.projection.statement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.ColumnPath;
import io.bergview.projection.definition.DefinitionWriter;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a view as the statement in SQL that creates it. */
public final class SqlWriter {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Words that DuckDB, or a statement of ours, does not take for a name. */
  private static final Pattern RESERVED =
      Pattern.compile(
          "(?i)all|analyse|analyze|and|any|array|as|asc|asymmetric|both|case|cast|check|collate"
              + "|column|constraint|create|default|deferrable|desc|describe|distinct|do|else|end"
              + "|except|false|fetch|for|foreign|from|group|having|if|in|initially|intersect|into"
              + "|lambda|lateral|leading|limit|not|null|offset|on|only|or|order|pivot|pivot_longer"
              + "|pivot_wider|placing|primary|qualify|references|returning|select|show|some"
              + "|summarize|symmetric|table|then|to|trailing|true|union|unique|unpivot|using"
              + "|variadic|when|where|window|with");

  /** Written as clauses of their own, or in the name. */
  private static final List<ViewOption> NOT_OPTIONS =
      List.of(
          ViewOption.SHARD_KEY,
          ViewOption.PARTITIONED_BY,
          ViewOption.ORDER_BY,
          ViewOption.TABLE,
          ViewOption.REFRESH_MODE,
          ViewOption.SCHEDULE,
          ViewOption.GRACE_PERIOD,
          ViewOption.REFRESH_POLICY);

  private static final String SCHEDULE = "/$refresh/schedule";

  private final ViewDefinition view;
  private final ObjectNode tree;
  private final StringBuilder text = new StringBuilder();

  private SqlWriter(ViewDefinition view) {
    this.view = view;
    this.tree = DefinitionWriter.tree(view);
  }

  /**
   * The statement, over several lines, with its semicolon; empty where the view is not defined in
   * SQL.
   */
  public static Optional<String> create(ViewDefinition view) {
    return view.query().map(query -> create(view, query.text()));
  }

  /**
   * The statement of a view, with its settings.
   *
   * @param query has the view's rows
   */
  public static String create(ViewDefinition view, String query) {
    return new SqlWriter(view).write(query);
  }

  /** A name, in quotes where it needs them. */
  public static String name(String name) {
    boolean plain = PLAIN.matcher(name).matches() && !RESERVED.matcher(name).matches();
    return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  private String write(String query) {
    text.append("CREATE MATERIALIZED VIEW ").append(viewName());
    view.description().ifPresent(comment -> line("COMMENT " + string(comment)));
    options();
    value(ViewOption.SHARD_KEY).ifPresent(key -> line("SHARD KEY (" + column(key.asText()) + ")"));
    value(ViewOption.PARTITIONED_BY)
        .ifPresent(keys -> line("PARTITIONED BY " + list(keys, SqlWriter::partitionKey)));
    value(ViewOption.ORDER_BY)
        .ifPresent(keys -> line("ORDER BY " + list(keys, SqlWriter::sortKey)));
    refresh();
    return text.append("\nAS ").append(statement(query)).append(";").toString();
  }

  /** A query that stands in a document may end with a semicolon or a comment. */
  private static String statement(String query) {
    List<Statement> parts = Statements.parse(query, "");
    return parts.isEmpty() ? query.strip() : parts.get(0).text();
  }

  private void line(String clause) {
    text.append("\n  ").append(clause);
  }

  private boolean isNamedByView() {
    return view.table().filter(table -> table.name().equals(view.name())).isPresent();
  }

  private String viewName() {
    List<String> parts = new ArrayList<>();
    if (isNamedByView()) {
      TableName table = view.table().orElseThrow();
      table.catalog().ifPresent(parts::add);
      parts.addAll(table.namespace());
    }
    parts.add(view.name());
    return parts.stream().map(SqlWriter::name).collect(Collectors.joining("."));
  }

  private Optional<JsonNode> value(ViewOption option) {
    JsonNode node = tree;
    for (String key : option.key().split("\\.")) {
      node = node.path(key);
    }
    return node.isMissingNode() ? Optional.empty() : Optional.of(node);
  }

  private void options() {
    List<String> options = new ArrayList<>();
    if (view.table().isPresent() && !isNamedByView()) {
      options.add("table = " + string(view.table().get().toString()));
    }
    for (ViewOption option : ViewOption.values()) {
      boolean ofClause = option == ViewOption.SCHEDULE_TIMEZONE && tree.at(SCHEDULE).isTextual();
      if (!NOT_OPTIONS.contains(option) && !ofClause) {
        value(option).ifPresent(value -> options.add(option.word() + " = " + scalar(value)));
      }
    }
    if (!options.isEmpty()) {
      line("WITH (" + String.join(", ", options) + ")");
    }
  }

  private static String scalar(JsonNode value) {
    if (value.isArray()) {
      return list(value, item -> string(item.asText()));
    }
    return value.isTextual() ? string(value.asText()) : value.asText();
  }

  private static String string(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private void refresh() {
    value(ViewOption.REFRESH_MODE)
        .ifPresent(
            mode ->
                line(
                    mode.asText().equals("streaming")
                        ? "REFRESH ON COMMIT"
                        : "REFRESH CRON " + schedule()));
    value(ViewOption.GRACE_PERIOD)
        .ifPresent(period -> line("GRACE PERIOD " + string(period.asText())));
    value(ViewOption.REFRESH_POLICY)
        .map(JsonNode::asText)
        .ifPresent(
            policy ->
                line(
                    "REFRESH POLICY "
                        + Map.of(
                                "auto", "AUTO",
                                "incremental", "INCREMENTAL",
                                "strict", "INCREMENTAL STRICT",
                                "full", "FULL")
                            .get(policy)));
  }

  private String schedule() {
    String cron = string(value(ViewOption.SCHEDULE).orElseThrow().asText());
    return value(ViewOption.SCHEDULE_TIMEZONE)
        .map(zone -> cron + " TIME ZONE " + string(zone.asText()))
        .orElse(cron);
  }

  /** Writes an item of a list. */
  @FunctionalInterface
  private interface Item {
    String write(JsonNode item);
  }

  private static String list(JsonNode items, Item item) {
    List<String> written = new ArrayList<>();
    items.forEach(each -> written.add(item.write(each)));
    return "(" + String.join(", ", written) + ")";
  }

  private static String column(String path) {
    return ColumnPath.parse(path, "").segments().stream()
        .map(SqlWriter::name)
        .collect(Collectors.joining("."));
  }

  private static String partitionKey(JsonNode key) {
    if (key.isTextual()) {
      return column(key.asText());
    }
    String transform = key.fieldNames().next();
    return key.has("of")
        ? "%s(%s, %s)".formatted(transform, key.get(transform), column(key.get("of").asText()))
        : "%s(%s)".formatted(transform, column(key.get(transform).asText()));
  }

  private static String sortKey(JsonNode key) {
    return key.isTextual() ? column(key.asText()) : column(key.fieldNames().next()) + " DESC";
  }
}
