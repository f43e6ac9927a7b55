package io.bergview.refresh;

import io.bergview.fixtures.Seeds;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.SessionSettings;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.resolve.ViewResolver;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The laws of the delta algebra, for one view of each shape of plan, over tables of a session: what
 * follows from a change is what computing anew gives.
 */
@Tag("seeded")
class AlgebraTest {
  private static final int CHANGES = Seeds.many() ? 4 : 2;
  private static final List<Integer> EXTREMES = List.of(0, 1, 2, ViewResolver.EXTREMES);
  private static final String AGGREGATES =
      "$compute: {n: {$count: '*'}, t: {$sum: total}, a: {$avg: total}, w: {$sum: weight}, "
          + "least: {$min: total}, most: {$max: weight}, f: {$first: total, $orderBy: weight}, "
          + "l: {$last: status}, v: {$stddev: total}}\n";

  @TempDir Path folder;

  static LongStream seeds() {
    return Seeds.of(1, 3);
  }

  private static List<String> views() {
    return List.of(
        "$from: Order\n$expand: [customer, customer.address]\n$filter: {customer.name: {$ne: a}}\n",
        "$from: Order\n$expand: [customer.address]\n$select: [status, customer_address_city]\n",
        "$from: Order\n$expand: [items, items.product.category]\n",
        "$from: Order\n$expand: [lines, customer]\n",
        "$from: Order\n$expand: [lines.product.category, customer]\n",
        "$from: Order\n$unnest: items\n$expand: [items, items.product.category, customer]\n",
        "$from: Order\n$unnest: {path: items, keepEmpty: true}\n$expand: [items.notes]\n",
        "$from: Order\n$unnest: lines\n$expand: [lines, lines.product.category, items]\n",
        "$from: Order\n$unnest: tags\n$expand: [items]\n",
        "$from: Order\n"
            + "$compute: {n: {$count: items}, s: {$sum: items.price}, q: {$sum: lines.quantity}}\n",
        "$from: Item\n$expand: [order.customer, notes]\n",
        "$from: Item\n$expand: [product.category.parent]\n",
        "$from: Note\n$expand: [item.product]\n",
        "$from: Customer\n$expand: [orders, orders.items]\n",
        "$from: Address\n$expand: [customers.orders.lines, customers.orders.items.product]\n",
        "$from: Customer\n"
            + "$compute: {n: {$count: orders.items}, l: {$sum: orders.lines.quantity}}\n",
        "$from: Order\n$expand: [customer.visits]\n",
        "$from: Address\n$expand: [customers.visits]\n",
        "$from: Category\n$expand: [parent]\n",
        "$from: Product\n$expand: [category.parent]\n",
        "$from: Order\n$groupBy: [status]\n" + AGGREGATES,
        "$from: Order\n$groupBy: [status, customer.address.city]\n" + AGGREGATES,
        "$from: Order\n$groupBy: []\n$filter: {customer.name: {$ne: a}}\n" + AGGREGATES,
        "$from: Order\n$unnest: items\n$groupBy: [items.product.category.title]\n"
            + "$compute: {n: {$countDistinct: id}, p: {$sum: items.price}, i: {$count: items}}\n",
        "$from: Order\n"
            + "$unnest: lines\n"
            + "$groupBy: [lines.product.name]\n"
            + "$compute: {n: {$count: '*'}}\n",
        "$from: Order\n$groupBy: [customer.name]\n$compute: {n: {$count: '*'}, t: {$sum: total}}\n"
            + "$select: [n, t]\n",
        "$from: Order\n$groupBy: [status]\n$compute: {d: {$countDistinct: customer_id}}\n",
        "$from: Order\n"
            + "$groupBy: [customer_id]\n"
            + "$compute: {least: {$min: total}, n: {$count: '*'}}\n",
        "$from: Note\n$groupBy: [text, item.order.status]\n$compute: {n: {$count: '*'}}\n",
        "$from: Category\n$groupBy: [parent.title]\n$compute: {n: {$count: '*'}}\n");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void incrementalResultEqualsARecompute(long seed) {
    Random random = new Random(seed);
    try (DuckDbSession session =
        DuckDbSession.open(SessionSettings.defaults().withTempDirectory(folder).withThreads(1))) {
      AlgebraTables tables = new AlgebraTables(session, seed);
      for (int change = 0; change < CHANGES; change++) {
        boolean goes = random.nextInt(3) > 0;
        tables.change(chosen(tables, random), goes, !goes || random.nextBoolean());
        for (String text : views()) {
          int extremes = EXTREMES.get(random.nextInt(EXTREMES.size()));
          ResolvedView view = tables.resolve("$type: V\n" + text, extremes);
          new AlgebraLaw(
                  view,
                  tables,
                  "seed %d, change %d, %d extremes of\n%s".formatted(seed, change, extremes, text))
              .check();
        }
      }
    }
  }

  private static Set<String> chosen(AlgebraTables tables, Random random) {
    List<String> types =
        tables.names().stream().filter(name -> !Set.of("Line", "Reading").contains(name)).toList();
    Set<String> chosen = new HashSet<>();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      chosen.add(types.get(random.nextInt(types.size())));
    }
    return chosen;
  }
}
