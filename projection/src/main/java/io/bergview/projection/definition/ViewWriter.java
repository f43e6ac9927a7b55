package io.bergview.projection.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.projection.definition.LayoutSettings.PartitionKey;
import io.bergview.projection.definition.LayoutSettings.Projection;
import io.bergview.projection.definition.LayoutSettings.SortKey;
import io.bergview.projection.definition.LayoutSettings.Transform;
import io.bergview.projection.definition.RefreshSettings.EventType;
import io.bergview.projection.definition.ViewDefinition.Select;
import io.bergview.projection.definition.ViewDefinition.Unnest;
import io.bergview.projection.text.Quantities;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A view as {@link ViewParser} reads it, its keys in the vocabulary's order. */
final class ViewWriter {
  private ViewWriter() {}

  static ObjectNode tree(ViewDefinition view) {
    ObjectNode tree = Literals.NODES.objectNode();
    tree.put("$type", view.name());
    view.description().ifPresent(text -> tree.put("$description", text));
    if (view.projection() != Projection.OLAP) {
      tree.put("$projection", Vocabulary.lower(view.projection()));
    }
    view.query()
        .ifPresentOrElse(
            query -> tree.put("$sql", query.text()), () -> tree.put("$from", view.from()));
    Optional<ObjectNode> filter = view.filter().map(PredicateWriter::tree);
    filter.filter(terms -> !terms.isEmpty()).ifPresent(terms -> tree.set("$filter", terms));
    if (!view.expand().isEmpty()) {
      tree.set("$expand", list(view.expand(), ViewWriter::text));
    }
    if (!view.flatten().isEmpty()) {
      ObjectNode flatten = tree.putObject("$flatten");
      view.flatten().forEach(e -> flatten.put(e.left().toString(), e.right().toString()));
    }
    view.select().ifPresent(select -> tree.set("$select", select(select)));
    view.unnest().ifPresent(unnest -> tree.set("$unnest", unnest(unnest)));
    if (!view.joins().isEmpty()) {
      ObjectNode joins = tree.putObject("$join");
      view.joins().forEach(join -> joins.set(join.name(), join(join)));
    }
    view.groupBy().ifPresent(keys -> tree.set("$groupBy", list(keys, ViewWriter::groupKey)));
    if (!view.compute().isEmpty()) {
      ObjectNode compute = tree.putObject("$compute");
      view.compute().forEach((name, a) -> compute.set(name, ValueWriter.tree(a)));
    }
    Optional<ObjectNode> having = view.having().map(PredicateWriter::tree);
    having.filter(terms -> !terms.isEmpty()).ifPresent(terms -> tree.set("$having", terms));
    view.top().ifPresent(top -> tree.set("$top", top(top)));
    ObjectNode refresh = refresh(view.refresh());
    if (!refresh.isEmpty()) {
      tree.set("$refresh", refresh);
    }
    view.refresh().engine().ifPresent(engine -> tree.put("$engine", engine.word()));
    layout(tree, view.layout());
    view.table().ifPresent(table -> tree.put("$table", table.toString()));
    view.publish().ifPresent(name -> tree.put("$publish", name.toString()));
    zone(tree, "$timezone", view.timezone());
    if (!view.layout().lookup().isEmpty()) {
      tree.set("$lookup", list(view.layout().lookup(), ViewWriter::text));
    }
    return tree;
  }

  private static JsonNode text(ColumnPath path) {
    return Literals.NODES.textNode(path.toString());
  }

  private static <T> ArrayNode list(Collection<T> values, Function<T, JsonNode> write) {
    ArrayNode list = Literals.NODES.arrayNode();
    values.forEach(value -> list.add(write.apply(value)));
    return list;
  }

  private static void zone(ObjectNode tree, String key, ZoneId zone) {
    if (!zone.normalized().equals(ZoneOffset.UTC)) {
      tree.put(key, zone.normalized().getId());
    }
  }

  private static JsonNode select(List<Select> select) {
    boolean plain = select.stream().allMatch(s -> s.name().equals(ViewParser.nameOf(s.path())));
    if (plain) {
      return list(select, s -> text(s.path()));
    }
    ObjectNode map = Literals.NODES.objectNode();
    select.forEach(s -> map.put(s.name(), s.path().toString()));
    return map;
  }

  private static JsonNode unnest(Unnest unnest) {
    if (!unnest.keepEmpty()) {
      return text(unnest.path());
    }
    return Literals.NODES.objectNode().put("path", unnest.path().toString()).put("keepEmpty", true);
  }

  private static JsonNode join(Join join) {
    ObjectNode tree = Literals.NODES.objectNode().put("$from", join.from());
    tree.set("$on", PredicateWriter.tree(join.on()));
    if (join.kind() != Join.Kind.INNER) {
      tree.put("$kind", Vocabulary.lower(join.kind()));
    }
    return tree;
  }

  private static JsonNode top(TopRows top) {
    ObjectNode tree = Literals.NODES.objectNode();
    tree.put("rows", top.rows());
    tree.set("orderBy", list(top.orderBy(), ViewWriter::sortKey));
    if (!top.by().isEmpty()) {
      tree.set("by", list(top.by(), ViewWriter::text));
    }
    if (top.ties() != TopRows.Ties.DROP) {
      tree.put("ties", Vocabulary.lower(top.ties()));
    }
    return tree;
  }

  private static JsonNode groupKey(GroupKey key) {
    ObjectNode tree = Literals.NODES.objectNode();
    if (key.value() instanceof ValueExpression.Sql sql) {
      if (key.unit().isPresent()) {
        tree.set(Vocabulary.lower(key.unit().get()), PredicateWriter.tree(sql.expression()));
      } else {
        tree.put(SqlExpression.KEY, sql.expression().text());
      }
    } else {
      ColumnPath path = key.path().orElseThrow();
      if (key.unit().isEmpty() && key.name().isEmpty()) {
        return text(path);
      }
      tree.put(key.unit().map(Vocabulary::lower).orElse("path"), path.toString());
    }
    key.name().ifPresent(name -> tree.put("$as", name));
    key.timezone()
        .ifPresent(
            zone ->
                tree.put(
                    "$timezone",
                    zone.normalized().equals(ZoneOffset.UTC) ? "UTC" : zone.normalized().getId()));
    return tree;
  }

  private static ObjectNode refresh(RefreshSettings refresh) {
    RefreshSettings defaults = RefreshSettings.manual();
    ObjectNode tree = Literals.NODES.objectNode();
    if (refresh.mode() != defaults.mode()) {
      tree.put("mode", Vocabulary.lower(refresh.mode()));
    }
    refresh.schedule().ifPresent(schedule -> tree.put("schedule", schedule));
    zone(tree, "timezone", refresh.timezone());
    if (!refresh.jitter().equals(defaults.jitter())) {
      tree.put("jitter", Quantities.written(refresh.jitter()));
    }
    if (!refresh.batchWindow().equals(defaults.batchWindow())) {
      tree.put("batchWindow", Quantities.written(refresh.batchWindow()));
    }
    if (refresh.strategy() != defaults.strategy()) {
      tree.put("strategy", Vocabulary.lower(refresh.strategy()));
    }
    if (!refresh.gracePeriod().equals(defaults.gracePeriod())) {
      tree.put("gracePeriod", Quantities.written(refresh.gracePeriod()));
    }
    refresh.retention().ifPresent(keep -> tree.put("retention", Quantities.written(keep)));
    if (refresh.policy() != defaults.policy()) {
      tree.put("policy", Vocabulary.lower(refresh.policy()));
    }
    refresh.maxDelta().ifPresent(share -> tree.put("maxDelta", BigDecimal.valueOf(share)));
    if (!refresh.eventTypes().equals(defaults.eventTypes())) {
      List<EventType> inOrder = refresh.eventTypes().stream().sorted().toList();
      tree.set("eventTypes", list(inOrder, type -> Literals.NODES.textNode(type.name())));
    }
    refresh
        .pin()
        .ifPresent(
            lease ->
                lease
                    .age()
                    .ifPresentOrElse(
                        age -> tree.put("pin", Quantities.written(age)),
                        () -> tree.put("pin", lease.held())));
    refresh.timeout().ifPresent(limit -> tree.put("timeout", Quantities.written(limit)));
    refresh.retries().ifPresent(times -> tree.put("retries", times));
    if (refresh.cascade() != defaults.cascade()) {
      tree.put("cascade", refresh.cascade());
    }
    return tree;
  }

  private static void layout(ObjectNode tree, LayoutSettings layout) {
    layout
        .partitionBy()
        .ifPresent(keys -> tree.set("$partitionBy", list(keys, ViewWriter::partitionKey)));
    layout.sortBy().ifPresent(keys -> tree.set("$sortBy", list(keys, ViewWriter::sortKey)));
    layout.shards().ifPresent(shards -> tree.put("$shards", shards));
    layout.shardKey().ifPresent(key -> tree.set("$shardKey", text(key)));
    layout.replication().ifPresent(copies -> tree.put("$replication", copies));
  }

  private static JsonNode partitionKey(PartitionKey key) {
    if (key.transform() == Transform.IDENTITY) {
      return text(key.column());
    }
    ObjectNode tree = Literals.NODES.objectNode();
    String word = Vocabulary.lower(key.transform());
    return Vocabulary.WIDTH_TRANSFORMS.containsKey(word)
        ? tree.put(word, key.width()).put("of", key.column().toString())
        : tree.put(word, key.column().toString());
  }

  private static JsonNode sortKey(SortKey key) {
    return key.descending()
        ? Literals.NODES.objectNode().put(key.column().toString(), "desc")
        : text(key.column());
  }
}
