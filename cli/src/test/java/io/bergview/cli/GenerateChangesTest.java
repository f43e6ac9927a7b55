package io.bergview.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds of changes by the command line. */
class GenerateChangesTest {
  @TempDir Path folder;
  private Cli cli;

  @BeforeEach
  void project() {
    cli = Cli.in(folder);
    cli.done("init", "--empty");
  }

  @Test
  void tpchIsMadeAndChangedAtOnceAndReportsEachCommit() {
    JsonNode made =
        cli.done("generate", "tpch", "--scale", "0.001", "--changes", "2", "--json").json();
    assertThat(made.get("changes")).hasSize(2);
    assertThat(column(made.get("changes").get(0), "operation"))
        .startsWith("insert", "insert", "update", "update", "delete", "delete");
    assertThat(column(made.get("changes").get(0), "table"))
        .startsWith("tpch.orders", "tpch.lineitem", "tpch.orders", "tpch.lineitem");
    for (JsonNode round : made.get("changes")) {
      for (JsonNode commit : round) {
        assertThat(commit.get("rows").asLong()).isPositive();
        assertThat(commit.get("snapshotId").isIntegralNumber()).isTrue();
        boolean either = List.of("update", "delete").contains(commit.get("operation").asText());
        assertThat(commit.get("write").isNull()).isNotEqualTo(either);
      }
    }
    assertThat(rows(made, "tpch.orders")).isEqualTo(1500);
    assertThat(made.get("changes").get(1)).isNotEqualTo(made.get("changes").get(0));
  }

  @Test
  void roundHasTheRequestedKindSizeAndMode() {
    cli.done("generate", "tpch", "--scale", "0.001", "--format-version", "3");
    JsonNode deleted = change("delete", "10", "merge-on-read", "scattered");
    assertThat(column(deleted.get("changes").get(0), "operation")).containsOnly("delete");
    assertThat(column(deleted.get("changes").get(0), "write")).containsOnly("merge-on-read");
    assertThat(rows(deleted, "tpch.orders")).isEqualTo(1350);
    JsonNode inserted = change("insert", "20", "either", "range");
    assertThat(rows(inserted, "tpch.orders")).isEqualTo(1650);
    assertThat(rows(inserted, "tpch.lineitem"))
        .isEqualTo(
            rows(deleted, "tpch.lineitem")
                + inserted.get("changes").get(0).get(1).get("rows").asLong());
    assertThat(
            cli.done("generate", "tpch", "--changes", "1", "--kind", "update", "--share", "1")
                .out())
        .contains("changed tpch.orders 15 updated; tpch.lineitem ");
  }

  private JsonNode change(String kind, String share, String write, String spread) {
    return cli.done(
            "generate",
            "tpch",
            "--changes",
            "1",
            "--kind",
            kind,
            "--share",
            share,
            "--write",
            write,
            "--spread",
            spread,
            "--json")
        .json();
  }

  @Test
  void shopChangesByTheSameOptions() {
    cli.done("generate", "shop", "--scale", "0.01");
    JsonNode changed =
        cli.done(
                "generate", "shop", "--changes", "2", "--kind", "insert", "--share", "10", "--json")
            .json();
    assertThat(rows(changed, "shop.orders")).isEqualTo(120);
    assertThat(changed.get("changes")).hasSize(2);
  }

  @Test
  void moreOrdersThanTpchHasKeysForAreRefused() {
    cli.done("generate", "tpch", "--scale", "0.001");
    String[] all = "generate tpch --changes 4 --kind insert --share 100".split(" ");
    Cli.Result result = cli.run(all);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("error USAGE: TPC-H at scale 0.001 has keys for 20 new orders, not 1,500");
  }

  private static List<String> column(JsonNode commits, String field) {
    List<String> values = new ArrayList<>();
    commits.forEach(commit -> values.add(commit.get(field).asText()));
    return values;
  }

  private static long rows(JsonNode report, String table) {
    for (JsonNode row : report.get("tables")) {
      if (row.get("table").asText().equals(table)) {
        return row.get("rows").asLong();
      }
    }
    throw new AssertionError(table + " is not in " + report);
  }
}
