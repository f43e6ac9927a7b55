package io.bergview.cli;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.ErrorCode.ExitCode;
import io.bergview.errors.UsageException;
import io.bergview.imports.ImportPlan;
import io.bergview.imports.ImportRequest;
import io.bergview.imports.ImportResult;
import io.bergview.imports.options.ColumnType;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.options.TableOptions;
import io.bergview.imports.options.TextOptions;
import io.bergview.imports.source.SourceFormat;
import io.bergview.refresh.RefreshProgress;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code importTable}. */
@Command(
    name = "importTable",
    aliases = "import-table",
    header = {"Import files into a table.", ""},
    description = {
      "Imports CSV, NDJSON or Parquet files, plain or as .gz or .zst: files, folders, globs in"
          + " quotes, and folders such as dt=2026-01-01, which become columns. The table is made"
          + " if it is not there. One import is one commit; if it fails, nothing is imported."
          + " The table remembers which files it has taken, so the same command, run again,"
          + " takes new files only."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  bergview importTable sales.csv --table shop.sales --plan   what would be done",
      "  bergview importTable sales.csv --table shop.sales --column 'price:decimal(12,2)'",
      "  bergview importTable 'in/*.ndjson.gz' --table web.events --partition 'day(ts)'",
      "  bergview importTable in/ --table shop.customers --mode upsert --id customer_id",
      "  bergview importTable /data/lake --table web.hits --in-place"
    })
final class ImportTableCommand extends ProjectCommand {
  @Parameters(arity = "1..*", paramLabel = "SOURCE", description = "Files, folders, globs.")
  private List<String> sources = new ArrayList<>();

  @Option(
      names = "--table",
      required = true,
      paramLabel = "NAME",
      description = "The table: namespace.name, or catalog.namespace.name.")
  private String table = "";

  @Option(names = "--plan", description = "Only show what would be done.")
  private boolean plan;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "create: the table must not exist. append (default): add the rows. replace: the rows take"
              + " the place of all others. upsert: they take the place of those with the same"
              + " --id.")
  private ImportMode mode = ImportMode.APPEND;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "parquet, csv or ndjson. Default: by the names of the files.")
  private @Nullable SourceFormat format;

  @Option(
      names = "--column",
      paramLabel = "NAME:TYPE",
      description =
          "The type of a column in place of the inferred one, such as price:decimal(12,2) or"
              + " day:date(%%d.%%m.%%Y). May be repeated.")
  private List<String> columns = new ArrayList<>();

  @Option(
      names = "--id",
      split = ",",
      paramLabel = "COLUMN",
      description = "The columns of the key, which no two rows may share.")
  private List<String> id = new ArrayList<>();

  @Option(
      names = "--partition",
      paramLabel = "TERMS",
      description =
          "Of a table that is made: columns, year(C), month(C), day(C), hour(C), bucket(N, C),"
              + " truncate(N, C), or none. Default: the columns that folders make.")
  private @Nullable String partition;

  @Option(
      names = "--sort",
      paramLabel = "TERMS",
      description = "Of a table that is made: columns, each perhaps with desc.")
  private @Nullable String sort;

  @Option(
      names = "--format-version",
      paramLabel = "2|3",
      description = "Of a table that is made (default 2).")
  private int formatVersion = 2;

  @Option(
      names = "--evolve",
      description =
          "Add columns that the table lacks, and widen types where that loses nothing; make a table"
              + " of files whose columns differ.")
  private boolean evolve;

  @Option(
      names = "--in-place",
      description = "Parquet files stay where they are and become files of the table.")
  private boolean inPlace;

  @Option(names = "--again", description = "Take files that the table has taken before again.")
  private boolean again;

  @Option(
      names = "--max-errors",
      paramLabel = "N",
      description = "Pass over up to so many bad rows (default 0).")
  private long maxErrors;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "Write a JSON line to FILE for each bad row.")
  private @Nullable Path rejects;

  @Option(
      names = "--delimiter",
      paramLabel = "C",
      description = "Between the fields of CSV. Default: recognised among , ; tab |")
  private @Nullable String delimiter;

  @Option(names = "--quote", paramLabel = "C", description = "Around fields of CSV (default \").")
  private char quote = '"';

  @Option(
      names = "--no-header",
      description = "The first record of CSV is data; columns are column_1, column_2, ...")
  private boolean noHeader;

  @Option(
      names = "--encoding",
      paramLabel = "NAME",
      description = "Of text, such as ISO-8859-1. Default: UTF-8, or what a byte-order mark says.")
  private @Nullable String encoding;

  @Option(
      names = "--null",
      paramLabel = "TEXT",
      description = "What stands for null in CSV, without quotes. May be repeated (default '').")
  private @Nullable List<String> nulls;

  @Option(
      names = "--timestamp-format",
      paramLabel = "FORMAT",
      description = "Of timestamps, such as %%d.%%m.%%Y %%H:%%M. Default: ISO 8601.")
  private @Nullable String timestampFormat;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Of timestamps without an offset, such as Europe/Berlin.")
  private @Nullable String zone;

  @Option(names = "--decimal-comma", description = "Numbers have a comma before their fraction.")
  private boolean decimalComma;

  ImportTableCommand(BergviewCommand root) {
    super(root);
  }

  @Override
  ExitCode run() throws Exception {
    ImportRequest request = request();
    try (ProgressBars bars =
        new ProgressBars(console().err(), drawsProgress() ? Terminal.width() : 0)) {
      RefreshProgress progress = drawsProgress() ? bars : RefreshProgress.SILENT;
      if (plan) {
        ImportPlan planned = withProject(progress, bergview -> bergview.planImport(request));
        bars.close();
        show(ImportReport.of(planned));
      } else {
        ImportResult result = withProject(progress, bergview -> bergview.importTable(request));
        bars.close();
        show(ImportReport.of(result));
      }
    }
    return ExitCode.DONE;
  }

  private void show(ImportReport report) {
    if (json()) {
      print(report.json());
    } else {
      report.lines().forEach(this::print);
      report.remarks().forEach(this::remark);
    }
  }

  private ImportRequest request() {
    try {
      return new ImportRequest(
          sources,
          console().directory(),
          table,
          mode,
          Optional.ofNullable(format),
          text(),
          new TableOptions(
              types(),
              id,
              Optional.ofNullable(partition),
              Optional.ofNullable(sort),
              formatVersion,
              evolve),
          again,
          inPlace,
          maxErrors,
          Optional.ofNullable(rejects).map(console()::resolve));
    } catch (IllegalArgumentException e) {
      throw new UsageException(ErrorCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private Map<String, ColumnType> types() {
    Map<String, ColumnType> types = new LinkedHashMap<>();
    for (String column : columns) {
      int at =
          column.lastIndexOf(':', column.indexOf('(') < 0 ? column.length() : column.indexOf('('));
      if (at < 1) {
        throw new UsageException(
            ErrorCode.USAGE,
            "--column '%s' is not NAME:TYPE, such as price:decimal(12,2)".formatted(column));
      }
      types.put(column.substring(0, at), ColumnType.parse(column.substring(at + 1)));
    }
    return types;
  }

  private TextOptions text() {
    return new TextOptions(
        Optional.ofNullable(delimiter).map(ImportTableCommand::character),
        quote,
        !noHeader,
        Optional.ofNullable(encoding).map(ImportTableCommand::charset),
        nulls == null ? List.of("") : nulls,
        Optional.ofNullable(timestampFormat),
        Optional.ofNullable(zone).map(ImportTableCommand::zone),
        decimalComma);
  }

  private static char character(String text) {
    String plain = text.equals("\\t") || text.equalsIgnoreCase("tab") ? "\t" : text;
    if (plain.length() != 1) {
      throw new UsageException(
          ErrorCode.USAGE, "--delimiter '%s' is not one character".formatted(text));
    }
    return plain.charAt(0);
  }

  private static Charset charset(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          ErrorCode.USAGE,
          "--encoding '%s' is not known; UTF-8, UTF-16, ISO-8859-1 and windows-1252 are"
              .formatted(name),
          e);
    }
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new UsageException(
          ErrorCode.USAGE,
          "--zone '%s' is no time zone; Europe/Berlin and UTC are".formatted(name),
          e);
    }
  }
}
