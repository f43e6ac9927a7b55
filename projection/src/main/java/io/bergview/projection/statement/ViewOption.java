package io.bergview.projection.statement;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The options of {@code WITH} and {@code SET}, each a setting of the view language. */
enum ViewOption {
  SHARDS("$shards", Form.NUMBER),
  SHARD_KEY("$shardKey", Form.LIST),
  REPLICATION_FACTOR("$replication", Form.NUMBER),
  LAYOUT("$projection", Form.TEXT),
  PARTITIONED_BY("$partitionBy", Form.PARTITION_KEYS),
  ORDER_BY("$sortBy", Form.SORT_KEYS),
  LOOKUP("$lookup", Form.LIST),
  TABLE("$table", Form.TEXT),
  PUBLISH("$publish", Form.TEXT),
  TIMEZONE("$timezone", Form.TEXT),
  REFRESH_MODE("$refresh.mode", Form.TEXT),
  SCHEDULE("$refresh.schedule", Form.TEXT),
  SCHEDULE_TIMEZONE("$refresh.timezone", Form.TEXT),
  JITTER("$refresh.jitter", Form.DURATION),
  BATCH_WINDOW("$refresh.batchWindow", Form.DURATION),
  STRATEGY("$refresh.strategy", Form.TEXT),
  GRACE_PERIOD("$refresh.gracePeriod", Form.DURATION),
  RETENTION("$refresh.retention", Form.DURATION),
  REFRESH_POLICY("$refresh.policy", Form.TEXT),
  MAX_DELTA("$refresh.maxDelta", Form.NUMBER),
  EVENT_TYPES("$refresh.eventTypes", Form.LIST),
  PIN("$refresh.pin", Form.TEXT),
  TIMEOUT("$refresh.timeout", Form.DURATION),
  RETRIES("$refresh.retries", Form.NUMBER),
  CASCADE("$refresh.cascade", Form.TEXT),
  ENGINE("$engine", Form.TEXT);

  /** How a value is written. */
  enum Form {
    TEXT,
    NUMBER,
    DURATION,
    LIST,
    PARTITION_KEYS,
    SORT_KEYS
  }

  private final String key;
  private final Form form;

  ViewOption(String key, Form form) {
    this.key = key;
    this.form = form;
  }

  /** Of the view language. */
  String key() {
    return key;
  }

  Form form() {
    return form;
  }

  /** As it is documented, in lower case. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it can be changed alone; a view's table and time zone cannot. */
  boolean isAlterable() {
    return this != TABLE && this != TIMEZONE;
  }

  static Optional<ViewOption> find(String word) {
    return Arrays.stream(values())
        .filter(option -> option.name().equalsIgnoreCase(word))
        .findFirst();
  }

  static Optional<ViewOption> ofKey(String key) {
    return Arrays.stream(values()).filter(option -> option.key.equals(key)).findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(ViewOption::word).toList();
  }
}
