package io.bergview.bench;

import io.bergview.api.Bergview;
import io.bergview.catalog.Catalogs;
import io.bergview.catalog.Project;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewRegistry;
import io.bergview.fixtures.ChangeOptions;
import io.bergview.fixtures.Tpch;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.refresh.RefreshRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * How long it takes to list many views, and to read the state of one of them: five views over
 * TPC-H, refreshed, each copied with its definition and its lineage, then changes of the sources.
 *
 * <p>Arguments: how many views (default 1,000), rounds (default 10), a folder to keep the warehouse
 * in.
 */
public final class ListViewsBenchmark {
  private static final double SCALE = 0.01;

  private ListViewsBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    int views = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
    Path folder =
        arguments.length > 2 ? Path.of(arguments[2]) : Files.createTempDirectory("bergview-bench");
    prepare(folder, views);
    double[] listing = new double[rounds];
    double[] state = new double[rounds];
    int listed = 0;
    try (Bergview bergview = Bergview.open(TpchViews.project(folder))) {
      for (int round = 0; round < rounds; round++) {
        long began = System.nanoTime();
        listed = bergview.listViews().views().size();
        listing[round] = (System.nanoTime() - began) / 1e6;
        began = System.nanoTime();
        bergview.getViewState("PricingSummary");
        state[round] = (System.nanoTime() - began) / 1e6;
      }
    }
    System.out.printf(Locale.ROOT, "%d views, milliseconds%n", listed);
    print("listViews", listing);
    print("getViewState", state);
  }

  private static void print(String what, double[] millis) {
    double first = millis[0];
    System.out.printf(
        Locale.ROOT, "%-12s  first %8.1f  warm %8.1f%n", what, first, millis[millis.length - 1]);
  }

  private static void prepare(Path folder, int views) throws IOException {
    try (Bergview bergview = Bergview.open(TpchViews.project(folder))) {
      TpchViews.define(bergview, SCALE);
      bergview.refreshView(RefreshRequest.ofAll());
    }
    try (ProjectContext context = ProjectContext.open(Project.open(folder), Clock.systemUTC())) {
      Catalogs catalogs = context.catalogs();
      ViewRegistry registry = context.registry();
      List<RegisteredView> templates = TpchViews.NAMES.stream().map(registry::find).toList();
      for (int copy = registry.list().size(); copy < views; copy++) {
        copy(catalogs, templates.get(copy % templates.size()), copy);
      }
      ChangeOptions change =
          new ChangeOptions(
              ChangeOptions.Kind.INSERT,
              0.1,
              ChangeOptions.Write.MERGE_ON_READ,
              ChangeOptions.Spread.RANGE);
      Tpch.change(catalogs.catalog("lake"), change, 42);
    }
  }

  /** The same view by another name: its definition and its lineage, and none of its rows. */
  private static void copy(Catalogs catalogs, RegisteredView view, int number) {
    Map<String, String> properties = new HashMap<>(view.table().properties());
    properties.replaceAll(
        (key, value) ->
            value.replace("\"" + view.name() + "\"", "\"" + view.name() + number + "\""));
    properties.put("bergview.view", view.name() + number);
    Namespace namespace = view.identifier().namespace();
    Table table =
        catalogs
            .catalog(view.catalog())
            .buildTable(
                TableIdentifier.of(namespace, view.identifier().name() + number),
                view.table().schema())
            .withProperties(properties)
            .create();
    AppendFiles lineage = table.newAppend();
    view.table()
        .currentSnapshot()
        .summary()
        .forEach(
            (key, value) -> {
              if (key.startsWith("bergview.") || key.equals("refresh-state")) {
                lineage.set(key, value);
              }
            });
    lineage.commit();
  }
}
