package io.bergview.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bergview.api.Bergview;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.UsageException;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.fixtures.ShopRound;
import io.bergview.fixtures.Tpch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code generate}. */
@Command(
    name = "generate",
    header = {"Fill the warehouse with sample tables.", ""},
    description = {
      "Fills the warehouse with sample tables, and types/ with their entity types.",
      "Tables and files that exist are never overwritten; only the untouched example of init,",
      "whose tables were never made, gives way to TPC-H, since both have a Customer and an Order."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview generate shop               10,000 orders, their items, customers, products",
      "  bergview generate shop --changes 3   three rounds of business: new orders, corrections",
      "  bergview generate tpch --scale 0.1   TPC-H, 600,000 line items"
    })
final class GenerateCommand extends Verb {
  private static final long DEFAULT_SEED = 42;

  /** A sample warehouse. */
  enum Sample {
    SHOP,
    TPCH;

    Namespace namespace() {
      return this == SHOP ? Shop.NAMESPACE : Tpch.NAMESPACE;
    }

    Map<String, String> types() {
      return this == SHOP ? Shop.entityTypes() : Tpch.entityTypes();
    }

    Map<String, String> views() {
      return this == SHOP ? Shop.views() : Tpch.views();
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "shop|tpch", description = "Which sample.")
  private Sample sample = Sample.SHOP;

  @Option(
      names = "--scale",
      paramLabel = "N",
      description =
          "How much. shop: 1 is 10,000 orders (default 1). tpch: the scale factor, 1 is"
              + " 6,000,000 line items (default 0.01).")
  private @Nullable Double scale;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "shop: the same seed gives the same rows (default 42).")
  private @Nullable Long seed;

  @Option(
      names = "--changes",
      paramLabel = "N",
      description =
          "shop: play so many rounds of business afterwards, or only them where the"
              + " tables exist.")
  private int changes;

  @Option(
      names = "--catalog",
      paramLabel = "NAME",
      description = "Where the tables go. Default: the project's default catalog.")
  private @Nullable String catalogName;

  GenerateCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    check();
    return withProject(
        bergview -> {
          String name = catalogName == null ? bergview.project().defaultCatalog() : catalogName;
          generate(bergview, bergview.catalog(name));
          return ExitCode.DONE;
        });
  }

  private void check() {
    if (sample == Sample.TPCH && (seed != null || changes != 0)) {
      throw new UsageException(
          ErrorCode.USAGE, "TPC-H always has the same rows: --seed and --changes are for the shop");
    }
    if (changes < 0) {
      throw new UsageException(
          ErrorCode.USAGE, "--changes is %d; it cannot be negative".formatted(changes));
    }
  }

  private void generate(Bergview bergview, Catalog catalog) throws Exception {
    Namespace namespace = sample.namespace();
    List<TableIdentifier> existing = tables(catalog, namespace);
    ProjectFiles files = new ProjectFiles(bergview.project().directory());
    if (existing.isEmpty()) {
      makeRoom(files, catalog);
      fill(catalog);
    } else if (changes == 0) {
      throw new ConflictException(
          ErrorCode.TABLE_EXISTS,
          "Table %s exists, so nothing was generated; %suse a project or a --catalog without it"
              .formatted(
                  existing.get(0),
                  sample == Sample.SHOP ? "--changes 1 changes what is there, or " : ""));
    }
    List<ShopRound> rounds = new ArrayList<>();
    for (int round = 0; round < changes; round++) {
      rounds.add(Shop.change(catalog, freshSeed(catalog, namespace)));
    }
    if (existing.isEmpty()) {
      files.add("types", sample.types());
    }
    report(rowCounts(catalog, namespace), rounds, files);
  }

  /**
   * Both samples have a Customer and an Order. The example that init wrote gives way, as long as
   * nobody changed it and its tables were never made; any other definition of the same name is in
   * the way.
   */
  private void makeRoom(ProjectFiles files, Catalog catalog) throws IOException {
    List<String> differing = files.differing("types", sample.types());
    if (differing.isEmpty()) {
      return;
    }
    Sample other = sample == Sample.SHOP ? Sample.TPCH : Sample.SHOP;
    if (tables(catalog, other.namespace()).isEmpty()) {
      files.remove("types", other.types());
      files.remove("views", other.views());
      differing = files.differing("types", sample.types());
    }
    if (!differing.isEmpty()) {
      throw new ConflictException(
          ErrorCode.FILE_EXISTS,
          "%s %s another type of the same name, so nothing was generated; make a project of its own: bergview init DIR --empty"
              .formatted(
                  String.join(", ", differing), differing.size() == 1 ? "defines" : "define"));
    }
  }

  private void fill(Catalog catalog) {
    try (ProgressBars bars =
        new ProgressBars(console().err(), drawsProgress() ? Terminal.width() : 0)) {
      Progress progress = drawsProgress() ? bars : Progress.SILENT;
      if (sample == Sample.SHOP) {
        Shop.generate(
            catalog,
            new Shop.Options(scale == null ? 1 : scale, seed == null ? DEFAULT_SEED : seed),
            progress);
      } else {
        Tpch.generate(catalog, new Tpch.Options(scale == null ? 0.01 : scale), progress);
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(ErrorCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** No two rounds may do the same: each has as its seed what was committed before it. */
  private static long freshSeed(Catalog catalog, Namespace namespace) {
    return tables(catalog, namespace).stream()
        .flatMap(table -> Stream.ofNullable(catalog.loadTable(table).currentSnapshot()))
        .mapToLong(Snapshot::sequenceNumber)
        .sum();
  }

  private static List<TableIdentifier> tables(Catalog catalog, Namespace namespace) {
    boolean missing =
        catalog instanceof SupportsNamespaces namespaces && !namespaces.namespaceExists(namespace);
    return missing ? List.of() : catalog.listTables(namespace);
  }

  private static Map<String, Long> rowCounts(Catalog catalog, Namespace namespace) {
    Map<String, Long> rows = new TreeMap<>();
    for (TableIdentifier table : tables(catalog, namespace)) {
      Optional<Snapshot> snapshot = Optional.ofNullable(catalog.loadTable(table).currentSnapshot());
      rows.put(
          table.toString(),
          snapshot
              .map(s -> s.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"))
              .map(Long::parseLong)
              .orElse(0L));
    }
    return rows;
  }

  private void report(Map<String, Long> rows, List<ShopRound> rounds, ProjectFiles files) {
    if (json()) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      ArrayNode tables = json.putArray("tables");
      rows.forEach((table, count) -> tables.addObject().put("table", table).put("rows", count));
      ArrayNode changed = json.putArray("changes");
      rounds.forEach(round -> changed.add(round.toString()));
      ArrayNode written = json.putArray("written");
      files.written().forEach(written::add);
      ArrayNode removed = json.putArray("removed");
      files.removed().forEach(removed::add);
      print(json);
      return;
    }
    TextTable table =
        new TextTable(
            List.of(new TextTable.Heading("TABLE", false), new TextTable.Heading("ROWS", true)));
    rows.forEach((name, count) -> table.add(name, String.format(Locale.ROOT, "%,d", count)));
    print(table.plain());
    rounds.forEach(round -> print("changed " + round));
    files.written().forEach(file -> print("wrote " + file));
    files.removed().forEach(file -> print("removed " + file + ", the untouched example"));
  }
}
