package io.bergview.cli.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Queries to the {@link ShopProject} that have an answer. */
final class ValidQueries {
  static final List<String> FORMATS = List.of("json", "ndjson", "csv", "arrow");

  /**
   * A query.
   *
   * @param name of the view or type
   * @param texts by parameter
   */
  record Query(String name, Map<String, String> texts) {}

  private ValidQueries() {}

  static List<Query> all() {
    List<Query> all = new ArrayList<>();
    add(
        all,
        "Order",
        "filter",
        "{status: paid, customer.tier: gold, total: {$gte: 4000}}",
        "select",
        "order_id,total,customer.name",
        "sort",
        "-total",
        "limit",
        "2");
    add(
        all,
        "Order",
        "include",
        "customer,items",
        "select",
        "order_id,customer_name,items_quantity",
        "sort",
        "order_id",
        "limit",
        "2");
    add(
        all,
        "Order",
        "unnest",
        "items",
        "include",
        "items",
        "select",
        "order_id,items_item_id,items.product.name",
        "sort",
        "order_id,items_item_id");
    add(
        all,
        "Order",
        "group-by",
        "customer.tier, year(created_at)",
        "compute",
        "{orders: {$count: '*'}, revenue: {$sum: total}}",
        "sort",
        "customer_tier,created_at_year",
        "limit",
        "2");
    add(
        all,
        "Order",
        "group-by",
        "",
        "compute",
        "{orders: {$count: '*'}, a: {$avg: total}, v: {$stddev: total}}");
    add(
        all,
        "Order",
        "compute",
        "{pieces: {$sum: items.quantity}}",
        "select",
        "order_id,pieces",
        "sort",
        "-pieces,order_id",
        "limit",
        "2");
    add(
        all,
        "Order",
        "group-by",
        "status, {day: created_at, $timezone: Europe/Berlin}",
        "compute",
        "{first: {$first: total, $orderBy: [created_at]}}");
    add(
        all,
        "Order",
        "filter",
        "{$or: [{status: {$in: [paid, failed, null]}}, {$not: {total: {$lt: 10.5}}}], created_at:"
            + " {$gte: '2024-01-01', $lt: '2030-01-01T00:00:00Z'}}",
        "skip",
        "1",
        "limit",
        "3");
    add(
        all,
        "Order",
        "filter",
        "{status: {$startsWith: pa}, note: {$exists: true}}",
        "no-route",
        "true");
    add(
        all,
        "OrderDetails",
        "group-by",
        "shipping_city",
        "compute",
        "{n: {$count: '*'}, share: {$sum: {$cond: [{vip: true}, 1, 0]}}, worth: {$sum: {$multiply:"
            + " [total, 2]}}}",
        "sort",
        "-n",
        "limit",
        "1");
    add(
        all,
        "OrderDetails",
        "filter",
        "{vip: true, total: {$gte: 100}}",
        "select",
        "order_id,total,buyer_name",
        "sort",
        "order_id",
        "max-staleness",
        "1h");
    add(
        all,
        "DailyRevenue",
        "sort",
        "-orders,created_at_day,status",
        "limit",
        "3",
        "stale-ok",
        "true");
    add(
        all,
        "DailyRevenue",
        "filter",
        "{created_at_day: {$gt: '2023-05-01'}}",
        "select",
        "status,revenue");
    add(
        all,
        "OrderWithItems",
        "limit",
        "2",
        "sort",
        "order_id",
        "select",
        "order_id,items_product_name");
    add(all, "CategorySales", "as-of", "2100-01-01");
    add(all, "Cities", "select", "_refreshed_at,shipping_city,n,last", "sort", "shipping_city");
    add(all, "Order", "as-of", "main", "group-by", "", "compute", "{n: {$count: '*'}}");
    add(all, "Customer", "include", "address,orders", "limit", "2");
    add(all, "Category", "filter", "{parent.name: {$ne: null}}", "select", "name,parent.name");
    add(all, "EveryType", "sort", "-a_double,a_float,id");
    add(
        all,
        "EveryType",
        "filter",
        "{a_date: {$gte: '0001-01-01'}, a_time: {$lt: '23:59:59.999999'}, a_timestamp: {$lt:"
            + " '9999-12-31T23:59:59'}, a_timestamptz: {$gte: '1970-01-01T00:00:00+02:00'}}");
    add(
        all,
        "EveryType",
        "filter",
        "{$or: [{a_uuid: '00000000-0000-0000-0000-000000000000'}, {a_binary: '0x00ff'}, {a_fixed:"
            + " '0x0000000000'}, {a_decimal_38_10: {$lt: 9999999999999999999999999999.9}},"
            + " {a_double: .nan}]}");
    add(
        all,
        "EveryType",
        "group-by",
        "a_boolean",
        "compute",
        "{s: {$sum: an_int}, t: {$avg: a_decimal_9_2}, l: {$last: {$literal: 1}, $orderBy: [id]},"
            + " d: {$countDistinct: a_string}, m: {$min: a_double}, x: {$max: a_timestamptz}, n:"
            + " {$count: a_list}}");
    add(
        all,
        "EveryType",
        "unnest",
        "a_struct_list",
        "group-by",
        "a_struct_list.inner.flag",
        "compute",
        "{n: {$count: '*'}}");
    add(
        all,
        "EveryView",
        "filter",
        "{a_long: {$in: [9223372036854775807, -9223372036854775808, 0]}}",
        "select",
        "id,a_long,a_struct.label,a_map");
    add(
        all,
        "EveryView",
        "group-by",
        "day(a_date), hour(a_timestamp)",
        "compute",
        "{n: {$count: '*'}, v: {$variancePop: a_float}}");
    return List.copyOf(all);
  }

  private static void add(List<Query> all, String name, String... texts) {
    Map<String, String> byName = new LinkedHashMap<>();
    for (int i = 0; i < texts.length; i += 2) {
      byName.put(texts[i], texts[i + 1]);
    }
    all.add(new Query(name, byName));
  }
}
