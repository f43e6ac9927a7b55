package io.bergview.bench;

import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Tpch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * TPC-H with five views: a join in two layouts, groups over a join without and with a greatest
 * value, and Q1.
 */
final class TpchViews {
  private static final Map<String, String> VIEWS = new LinkedHashMap<>();

  static {
    String join = "$from: Order\n$expand: [customer, customer.nation]\n";
    VIEWS.put("OrderJoinOltp", "$projection: oltp\n" + join);
    VIEWS.put("OrderJoinOlap", "$projection: olap\n" + join);
    VIEWS.put(
        "BrandMonths",
        """
        $from: LineItem
        $groupBy: [part.p_brand, {month: l_shipdate}]
        $compute: {lines: {$count: '*'}, quantity: {$sum: l_quantity}, price: {$sum: l_extendedprice}}
        """);
    VIEWS.put(
        "BrandMonthsMax",
        """
        $from: LineItem
        $groupBy: [part.p_brand, {month: l_shipdate}]
        $compute: {lines: {$count: '*'}, quantity: {$sum: l_quantity}, largest: {$max: l_quantity}}
        """);
    VIEWS.put(
        "PricingSummary",
        """
        $from: LineItem
        $filter: {l_shipdate: {$lte: '1998-09-02'}}
        $groupBy: [l_returnflag, l_linestatus]
        $compute:
          sum_qty: {$sum: l_quantity}
          sum_base_price: {$sum: l_extendedprice}
          sum_disc_price: {$sum: {$multiply: [l_extendedprice, {$subtract: [1, l_discount]}]}}
          avg_qty: {$avg: l_quantity}
          avg_price: {$avg: l_extendedprice}
          avg_disc: {$avg: l_discount}
          count_order: {$count: '*'}
        """);
  }

  static final List<String> NAMES = List.copyOf(VIEWS.keySet());

  private TpchViews() {}

  /** Makes a folder a project that has these views, where it is not one. */
  static Path project(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("types"));
    Files.createDirectories(folder.resolve("views"));
    Files.writeString(folder.resolve(Project.FILE), "");
    for (Map.Entry<String, String> type : Tpch.entityTypes().entrySet()) {
      Files.writeString(folder.resolve("types").resolve(type.getKey()), type.getValue());
    }
    for (Map.Entry<String, String> view : VIEWS.entrySet()) {
      Files.writeString(
          folder.resolve("views").resolve(view.getKey() + ".yaml"),
          "$type: " + view.getKey() + "\n" + view.getValue());
    }
    return folder;
  }

  /** Generates the data where it is not there, and defines the views. */
  static void define(Bergview bergview, double scale) {
    Catalog lake = bergview.catalog("lake");
    if (!lake.tableExists(TableIdentifier.of("tpch", "orders"))) {
      Tpch.generate(lake, new Tpch.Options(scale), Progress.SILENT);
    }
    bergview.apply();
  }
}
