package io.bergview.bench;

import io.bergview.api.Bergview;
import io.bergview.catalog.Project;
import io.bergview.imports.ImportRequest;
import io.bergview.imports.options.ImportMode;
import io.bergview.imports.options.TableOptions;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What columns cost an import of CSV: files of a few and of very many columns of mixed types, each
 * imported into a new table, appended to it, and upserted. The most memory that the process has
 * held so far is shown beside.
 *
 * <p>Arguments: shapes as {@code COLUMNSxROWS} (default 10x300000,1000x1000,10000x100), rounds
 * (default 3).
 */
public final class ImportBenchmark {
  private final int columns;
  private final int rows;

  private ImportBenchmark(String shape) {
    String[] parts = shape.split("x", -1);
    this.columns = Integer.parseInt(parts[0]);
    this.rows = Integer.parseInt(parts[1]);
  }

  public static void main(String[] arguments) throws IOException {
    String shapes = arguments.length > 0 ? arguments[0] : "10x300000,1000x1000,10000x100";
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    System.out.printf(
        Locale.ROOT,
        "%8s %8s %10s %8s %8s %8s%n",
        "columns",
        "rows",
        "create ms",
        "append",
        "upsert",
        "peak MB");
    for (String shape : List.of(shapes.split(",", -1))) {
      new ImportBenchmark(shape).run(rounds);
    }
  }

  private void run(int rounds) throws IOException {
    Path folder = Files.createTempDirectory("bergview-bench");
    Files.writeString(folder.resolve(Project.FILE), Project.defaultText());
    write(folder.resolve("first.csv"), 0, 0);
    write(folder.resolve("more.csv"), rows, 0);
    write(folder.resolve("changed.csv"), rows / 2, 1);
    List<Double> create = new ArrayList<>();
    List<Double> append = new ArrayList<>();
    List<Double> upsert = new ArrayList<>();
    try (Bergview bergview = Bergview.open(folder)) {
      for (int round = 0; round < rounds; round++) {
        String table = "w.t" + round;
        create.add(run(bergview, folder, table, "first.csv", ImportMode.CREATE));
        append.add(run(bergview, folder, table, "more.csv", ImportMode.APPEND));
        upsert.add(run(bergview, folder, table, "changed.csv", ImportMode.UPSERT));
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%8d %8d %10.0f %8.0f %8.0f %8d%n",
        columns,
        rows,
        Medians.of(create),
        Medians.of(append),
        Medians.of(upsert),
        ProcessBytes.peakResident() >> 20);
  }

  private static double run(
      Bergview bergview, Path folder, String table, String file, ImportMode mode) {
    long began = System.nanoTime();
    bergview.importTable(
        ImportRequest.of(table, file)
            .withDirectory(folder)
            .withMode(mode)
            .withOptions(
                new TableOptions(
                    Map.of(), List.of("id"), Optional.empty(), Optional.empty(), 2, false)));
    return (System.nanoTime() - began) / 1e6;
  }

  private void write(Path file, int from, int version) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      out.write("id");
      for (int i = 1; i < columns; i++) {
        out.write(",c" + i);
      }
      out.newLine();
      for (int row = from; row < from + rows; row++) {
        out.write(Integer.toString(row));
        for (int i = 1; i < columns; i++) {
          out.write(',');
          out.write(value(i, row + version));
        }
        out.newLine();
      }
    }
  }

  private static String value(int column, int row) {
    return switch (column % 6) {
      case 0 -> Integer.toString(row * 7 + column);
      case 1 -> "text " + row;
      case 2 -> (row % 1000) + ".25";
      case 3 -> "2026-01-%02d".formatted(1 + row % 28);
      case 4 -> row % 2 == 0 ? "true" : "false";
      default -> "2026-01-%02d 10:00:00".formatted(1 + row % 28);
    };
  }
}
