package io.bergview.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.fixtures.Progress;
import io.bergview.fixtures.Tpch;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TPC-H query 1 as a view, at scale factor 1, gives the answer that the TPC publishes with it. */
@Tag("long")
class PublishedResultTest {
  /** Validation output of query 1, its averages rounded to six digits as the view's types do. */
  private static final String ANSWER =
      """
      A F 37734107.00 56586554400.73 53758257134.8700 55909065222.827692 25.522006 38273.129735 0.049985 1478493
      N F 991417.00 1487504710.38 1413082168.0541 1469649223.194375 25.516472 38284.467761 0.050093 38854
      N O 74476040.00 111701729697.74 106118230307.6056 110367043872.497010 25.502227 38249.117989 0.049997 2920374
      R F 37719753.00 56568041380.90 53741292684.6040 55889619119.831932 25.505794 38250.854626 0.050009 1478870
      """;

  @Test
  void pricingSummaryGivesThePublishedAnswer(@TempDir Path folder) {
    try (Lake lake = Lake.create(folder, Tpch.entityTypes())) {
      Tpch.generate(lake.catalog(), new Tpch.Options(1), Progress.SILENT);
      lake.define("PricingSummary", Tpch.views().get("PricingSummary.yaml"));
      lake.refresh("PricingSummary");
      assertThat(lake.view("PricingSummary").rows())
          .extracting(row -> String.join(" ", row.stream().map(String::valueOf).toList()))
          .containsExactlyInAnyOrderElementsOf(ANSWER.lines().toList());
    }
  }
}
