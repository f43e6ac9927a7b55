package io.bergview.cli;

import io.bergview.api.Bergview;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.UsageException;
import io.bergview.fixtures.ChangeOptions;
import io.bergview.fixtures.ChangeRound;
import io.bergview.fixtures.LiveRows;
import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Shop;
import io.bergview.fixtures.Tpch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code generate}. */
@Command(
    name = "generate",
    header = {"Fill the warehouse with sample tables.", ""},
    description = {
      "Fills the warehouse with sample tables, and types/ with their entity types.",
      "Existing tables and files are never overwritten; only the untouched example of init,",
      "whose tables were never made, gives way to TPC-H, since both have a Customer and an Order."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview generate shop               10,000 orders, their items, customers, products",
      "  bergview generate shop --changes 3   three rounds of business: new orders, corrections",
      "  bergview generate tpch --scale 0.1   TPC-H, 600,000 line items",
      "  bergview generate tpch --changes 2   its refresh functions RF1 and RF2, and updates, twice"
    })
final class GenerateCommand extends ProjectCommand {
  private static final long DEFAULT_SEED = 42;
  // Larger than the number of commits that a sample ever gets, so that seeds do not meet.
  private static final long SEED_STEP = 1_000_003;

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

    /** At the beginning of a clause. */
    String title() {
      return this == SHOP ? "the shop" : "TPC-H";
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
      description =
          "The same seed gives the same rows, and the same changes of the same rows (default 42)."
              + " TPC-H always has the same rows.")
  private @Nullable Long seed;

  @Option(
      names = "--format-version",
      paramLabel = "2|3",
      description = "Of the Iceberg tables that are made (default 2).")
  private int formatVersion = 2;

  @Mixin private final ChangeSettings changes = new ChangeSettings();

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
    ChangeOptions round = check();
    return withProject(
        bergview -> {
          String name = catalogName == null ? bergview.project().defaultCatalog() : catalogName;
          generate(bergview, bergview.catalog(name), round);
          return ExitCode.DONE;
        });
  }

  private ChangeOptions check() {
    if (sample == Sample.TPCH && seed != null && changes.rounds() == 0) {
      throw new UsageException(
          ErrorCode.USAGE,
          "TPC-H always has the same rows: --seed is for the shop, or for changes; add --changes"
              + " N");
    }
    try {
      if (sample == Sample.SHOP) {
        shopOptions();
      } else {
        tpchOptions();
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(ErrorCode.USAGE, String.valueOf(e.getMessage()), e);
    }
    return changes.options();
  }

  private Shop.Options shopOptions() {
    return new Shop.Options(
        scale == null ? 1 : scale, seed == null ? DEFAULT_SEED : seed, formatVersion);
  }

  private Tpch.Options tpchOptions() {
    return new Tpch.Options(scale == null ? 0.01 : scale, formatVersion);
  }

  private void generate(Bergview bergview, Catalog catalog, ChangeOptions round) throws Exception {
    Namespace namespace = sample.namespace();
    List<TableIdentifier> existing = tables(catalog, namespace);
    ProjectFiles files = new ProjectFiles(bergview.project().directory());
    if (existing.isEmpty()) {
      makeRoom(files, catalog);
      fill(catalog);
    } else if (changes.rounds() == 0) {
      throw new ConflictException(
          ErrorCode.TABLE_EXISTS,
          "Table %s exists, so nothing was generated; --changes 1 changes what is there, or use a project or a --catalog without it"
              .formatted(existing.get(0)));
    }
    List<ChangeRound> rounds = change(catalog, round);
    if (existing.isEmpty()) {
      files.add("types", sample.types());
    }
    GenerateReport report = new GenerateReport(rowCounts(catalog), rounds, files);
    if (json()) {
      print(report.json());
    } else {
      report.lines().forEach(this::print);
    }
  }

  /**
   * Both samples have a Customer and an Order. The example that init wrote is replaced if it is
   * unchanged and its tables were never created; any other definition of the same name is a
   * conflict.
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
          "%s %s another type of the same name, so nothing was generated; %s goes into a project of its own: bergview init DIR --empty, then bergview --project DIR generate %s"
              .formatted(
                  String.join(", ", differing),
                  differing.size() == 1 ? "defines" : "define",
                  sample.title(),
                  sample));
    }
  }

  private void fill(Catalog catalog) {
    try (ProgressBars bars =
        new ProgressBars(console().err(), drawsProgress() ? Terminal.width() : 0)) {
      Progress progress = drawsProgress() ? bars : Progress.SILENT;
      if (sample == Sample.SHOP) {
        Shop.generate(catalog, shopOptions(), progress);
      } else {
        Tpch.generate(catalog, tpchOptions(), progress);
      }
    }
  }

  private List<ChangeRound> change(Catalog catalog, ChangeOptions options) {
    List<ChangeRound> rounds = new ArrayList<>();
    try (ProgressBars bars =
        new ProgressBars(console().err(), drawsProgress() ? Terminal.width() : 0)) {
      Progress progress = drawsProgress() ? bars : Progress.SILENT;
      for (int round = 0; round < changes.rounds(); round++) {
        progress.step("changes", round, changes.rounds());
        long roundSeed = freshSeed(catalog);
        rounds.add(
            sample == Sample.SHOP
                ? Shop.change(catalog, options, roundSeed)
                : Tpch.change(catalog, options, roundSeed));
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(ErrorCode.USAGE, String.valueOf(e.getMessage()), e);
    }
    return rounds;
  }

  /** No two rounds may do the same: what was committed before is part of each one's seed. */
  private long freshSeed(Catalog catalog) {
    long committed =
        tables(catalog, sample.namespace()).stream()
            .flatMap(table -> Stream.ofNullable(catalog.loadTable(table).currentSnapshot()))
            .mapToLong(Snapshot::sequenceNumber)
            .sum();
    return (seed == null ? DEFAULT_SEED : seed) * SEED_STEP + committed;
  }

  private static List<TableIdentifier> tables(Catalog catalog, Namespace namespace) {
    boolean missing =
        catalog instanceof SupportsNamespaces namespaces && !namespaces.namespaceExists(namespace);
    return missing ? List.of() : catalog.listTables(namespace);
  }

  private Map<String, Long> rowCounts(Catalog catalog) {
    Map<String, Long> rows = new TreeMap<>();
    for (TableIdentifier table : tables(catalog, sample.namespace())) {
      rows.put(table.toString(), LiveRows.count(catalog.loadTable(table)));
    }
    return rows;
  }
}
