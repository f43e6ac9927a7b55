package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.verify.VerifyResult;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Views over sums of floating point, whose last digits depend on the order of the rows. None of
 * them is near to what it is compared with.
 */
@Tag("long")
class SqlViewDigitsTest {
  private static final int GROUPS = 6;

  @TempDir Path folder;

  @Test
  void sumsAreCloseAndCompareAlike() {
    Random random = new Random(5);
    try (SqlViews views = new SqlViews(folder)) {
      fill(views, "a", random, 400);
      fill(views, "b", random, 60);
      String sums = "(SELECT g, sum(f) AS x FROM h.a GROUP BY g)";
      views.view(
          "Ranked",
          "SELECT g, rank() OVER (PARTITION BY g % 2 ORDER BY x) AS place FROM " + sums + " t");
      views.view("Having", "SELECT g, count(*) AS rows FROM h.a GROUP BY g HAVING sum(f) > 3.5");
      views.view("First", "SELECT g, x FROM " + sums + " t ORDER BY x DESC LIMIT 3");
      views.view(
          "Plain",
          "SELECT g, sum(f) AS x, avg(f) AS mean, stddev_samp(f) AS deviation FROM h.a GROUP BY g");
      views.view("Windowed", "SELECT k, g, sum(f) OVER (PARTITION BY g ORDER BY k) AS x FROM h.a");
      for (int round = 1; round <= 4; round++) {
        fill(views, "a", random, 3);
        views.delete("a", (long) random.nextInt(300));
        for (String view : new String[] {"Ranked", "Having", "First", "Plain", "Windowed"}) {
          RefreshResult result = views.project().refresh(view);
          VerifyResult verified = views.project().verify(view);
          assertThat(verified.equal())
              .as("%s in round %d: %s, %s", view, round, result, verified)
              .isTrue();
        }
      }
    }
  }

  private static void fill(SqlViews views, String table, Random random, int count) {
    String[] rows = new String[count];
    for (int i = 0; i < count; i++) {
      rows[i] =
          "%d %d 1 %s s"
              .formatted(
                  random.nextInt(300), random.nextInt(GROUPS), random.nextInt(1000) / 1000.0);
    }
    views.insert(table, rows);
  }
}
