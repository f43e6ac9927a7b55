package io.bergview.refresh.explain;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.errors.BergviewException;
import io.bergview.refresh.write.ShardAdvice;
import io.bergview.refresh.write.Sharding;
import java.util.Locale;
import java.util.Optional;
import org.apache.iceberg.Table;

/**
 * The shards of a view.
 *
 * @param sharding of its table; empty if it is not sharded
 * @param now what would be taken from the base's bucketing if the table were laid out now
 * @param sizes of the shards; empty if it is not sharded, or they are not known
 * @param recommended as many as are worth their files, by the size of the view
 * @param unknown why the sizes are not known
 */
public record ShardsOfView(
    Optional<Sharding> sharding,
    Optional<Sharding> now,
    Optional<ShardSizes> sizes,
    int recommended,
    Optional<String> unknown) {
  public ShardsOfView {
    requireNonNull(sharding, "sharding is null");
    requireNonNull(now, "now is null");
    requireNonNull(sizes, "sizes is null");
    requireNonNull(unknown, "unknown is null");
  }

  /** Of a table whose manifests say the sizes, if they can be read. */
  static ShardsOfView of(Table table, Optional<Sharding> sharding, Optional<Sharding> now) {
    int recommended = ShardAdvice.of(table).recommended();
    try {
      Optional<ShardSizes> sizes = sharding.map(shards -> ShardSizes.of(table, shards));
      return new ShardsOfView(sharding, now, sizes, recommended, Optional.empty());
    } catch (BergviewException e) {
      return new ShardsOfView(
          sharding,
          now,
          Optional.empty(),
          recommended,
          Optional.of(String.valueOf(e.getMessage())));
    }
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
    json.put("recommended", recommended);
    json.put("outdated", isOutdated());
    sizes.ifPresent(found -> found.write(json));
    unknown.ifPresent(why -> json.put("sizesUnknown", why));
    return json;
  }
}
