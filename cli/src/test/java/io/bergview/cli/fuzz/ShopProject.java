package io.bergview.cli.fuzz;

import io.bergview.fixtures.EveryType;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.catalog.TableIdentifier;

/** The sample shop, with a table of every type beside it, its views registered and refreshed. */
final class ShopProject {
  private static final double SCALE = 0.004;

  private ShopProject() {}

  static ScratchProject create(Path parent, String name) {
    ScratchProject project =
        ScratchProject.create(
                parent,
                name,
                catalog -> {
                  Shop.generate(catalog, new Shop.Options(SCALE, 5), Progress.SILENT);
                  EveryType.create(catalog, TableIdentifier.of("odd", "every_type"), 2);
                })
            .write("types", Shop.entityTypes())
            .write(
                "types",
                Map.of("EveryType.yaml", "{$type: EveryType, $table: odd.every_type, $id: id}\n"))
            .write("views", Shop.views())
            .write(
                "views",
                Map.of(
                    "EveryView.yaml",
                    "{$type: EveryView, $from: EveryType}\n",
                    "Cities.yaml",
                    "{$type: Cities, $from: OrderDetails, $groupBy: [shipping_city], $compute: {n:"
                        + " {$count: '*'}, last: {$max: total}}, $refresh: {mode: scheduled,"
                        + " schedule: '0 4 * * *', strategy: append}}\n"));
    project.commands().done("apply");
    project.commands().done("refreshView", "--all");
    return project;
  }
}
