package io.bergview.refresh.explain;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.refresh.write.Sharding;
import java.util.Locale;
import java.util.Optional;

/**
 * The shards of a view.
 *
 * @param sharding of its table; empty if it is not sharded
 * @param now what would be taken from the base's bucketing if the table were laid out now
 * @param sizes of the shards; empty if it is not sharded
 */
public record ShardsOfView(
    Optional<Sharding> sharding, Optional<Sharding> now, Optional<ShardSizes> sizes) {
  public ShardsOfView {
    requireNonNull(sharding, "sharding is null");
    requireNonNull(now, "now is null");
    requireNonNull(sizes, "sizes is null");
  }

  /** Where the number of shards comes from. */
  public enum From {
    /** The view's definition. */
    DECLARED,
    /** The bucketing that the base table had when the view's table was laid out. */
    BASE,
    /** There are no shards. */
    NONE
  }

  public From from() {
    return sharding
        .map(shards -> shards.base().isPresent() ? From.BASE : From.DECLARED)
        .orElse(From.NONE);
  }

  /** Whether the table would have other shards if it were laid out now. */
  public boolean isOutdated() {
    return !sharding.equals(now);
  }

  /** For display. */
  public String describe() {
    String is = sharding.map(Sharding::describe).orElse("not sharded");
    if (!isOutdated()) {
      return is;
    }
    return "%s; the base has changed since: laid out anew, it would have %s"
        .formatted(is, now.map(Sharding::describe).orElse("none"));
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("from", from().name().toLowerCase(Locale.ROOT));
    json.put("count", sharding.map(Sharding::count).orElse(0));
    sharding.ifPresent(
        shards -> {
          json.put("key", shards.column());
          shards.base().ifPresent(base -> json.put("base", base.toString()));
        });
    json.put("outdated", isOutdated());
    sizes.ifPresent(found -> found.write(json));
    return json;
  }
}
