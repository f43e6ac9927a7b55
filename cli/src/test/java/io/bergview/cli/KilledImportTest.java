package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Seeds;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that import and are killed: the next import takes what they did not, and no more. */
@Tag("seeded")
class KilledImportTest {
  private static final int FILES = 20;
  private static final int ROWS = 2_000;
  private static final int EARLIEST_MILLIS = 800;
  private static final int LATEST_MILLIS = 5_000;

  @TempDir private Path folder;

  @Test
  @Tag("long")
  void everyRowIsThereOnceHoweverOftenTheImportWasKilled() throws Exception {
    Cli cli = Cli.in(folder);
    cli.done("init", "--empty");
    for (int file = 0; file < FILES; file++) {
      int first = file * ROWS;
      cli.write(
          "in/" + file + ".csv",
          IntStream.range(first, first + ROWS)
              .mapToObj(id -> id + "," + id % 7)
              .collect(Collectors.joining("\n", "id,weekday\n", "\n")));
    }
    Random random = new Random(20261129);
    for (int kill = 0; kill < (Seeds.many() ? 12 : 2); kill++) {
      Process process = importing();
      int wait = EARLIEST_MILLIS + random.nextInt(LATEST_MILLIS - EARLIEST_MILLIS);
      if (!process.waitFor(wait, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
    cli.done("importTable", "in", "--table", "shop.days", "--id", "id");
    cli.write("types/Day.yaml", "$type: Day\n$table: shop.days\n$id: id\n");
    assertThat(
            cli.done(
                    "find",
                    "Day",
                    "--group-by",
                    "",
                    "--compute",
                    "{n: {$count: '*'}, least: {$min: id}, greatest: {$max: id}, sum: {$sum: id}}",
                    "--format",
                    "json")
                .json()
                .toString())
        .isEqualTo("[{\"n\":40000,\"least\":0,\"greatest\":39999,\"sum\":799980000}]");
  }

  private Process importing() throws Exception {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "io.bergview.cli.Main",
                "importTable",
                "in",
                "--table",
                "shop.days",
                "--id",
                "id"))
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
