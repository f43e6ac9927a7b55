package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.refresh.algebra.ChangeEffect;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a view in SQL says of the changes that it follows, operator by operator. */
class PlanEffectsTest {
  private static final String COMPARED =
      " are computed before and after; what comes in is compared with the stored first 3 rows";
  private static final String ANEW =
      "; where one of them goes, what is first of the order is computed again";

  @TempDir Path folder;
  private SqlViews views;

  @BeforeEach
  void open() {
    views = new SqlViews(folder);
    views.insert("a", "1 1 1").insert("b", "1 1 1");
  }

  @AfterEach
  void close() {
    views.close();
  }

  private List<String> effects(String sql) {
    views.view("V", sql);
    return views.project().explain("V").effects().stream().map(ChangeEffect::describe).toList();
  }

  @Test
  void rowsOfInnerJoinsAreAdded() {
    assertThat(effects("SELECT a.k, b.n FROM h.a JOIN h.b ON b.k = a.k"))
        .containsExactly(
            "h.a, insert: append. Joined with h.b by k; rows are added",
            "h.a, update or delete: merge. Joined with h.b by k; rows that differ are replaced",
            "h.b, insert: append. Joined with h.a by k; rows are added",
            "h.b, update or delete: merge. Joined with h.a by k; rows that differ are replaced");
  }

  @Test
  void groupsAreMerged() {
    assertThat(effects("SELECT g, count(*) AS c, max(n) AS m FROM h.a GROUP BY g"))
        .containsExactly(
            "h.a, insert: merge. Inserted rows are added to their groups",
            "h.a, update or delete: merge. Deleted rows are subtracted from their groups; groups"
                + " are recomputed where all stored values were deleted of max");
  }

  @Test
  void theFirstRowsOfGroupsOverALeftJoin() {
    assertThat(
            effects(
                "SELECT a.g, count(b.k) AS c FROM h.a LEFT JOIN h.b ON b.k = a.k GROUP BY a.g"
                    + " ORDER BY c DESC LIMIT 3"))
        .containsExactly(
            "h.a, insert: merge. Joined with h.b by k; groups by g" + COMPARED,
            "h.a, update or delete: merge. Joined with h.b by k; groups by g" + COMPARED + ANEW,
            "h.b, insert: merge. Rows of h.a by k are joined before and after; groups by g"
                + COMPARED,
            "h.b, update or delete: merge. Rows of h.a by k are joined before and after; groups by"
                + " g"
                + COMPARED
                + ANEW);
  }

  @Test
  void windowsAndTotals() {
    assertThat(
            effects(
                "SELECT k, rank() OVER (PARTITION BY g ORDER BY n) AS r FROM h.a"
                    + " WHERE n > (SELECT avg(n) FROM h.b)"))
        .containsExactly(
            "h.a, any: merge. Joined with h.b; windows by g are computed before and after; rows"
                + " that differ are replaced",
            "h.b, any: merge. The total is computed before and after; joined with h.a; windows by g"
                + " are computed before and after; rows that differ are replaced");
  }

  @Test
  void whatCannotBeFollowed() {
    assertThat(
            effects(
                "SELECT k FROM (SELECT k, sum(f) OVER (PARTITION BY g) AS s FROM h.a) AS x"
                    + " WHERE s > 1"))
        .containsExactly(
            "h.a, any: full. It decides by 's', a sum of floating point, whose last digits depend"
                + " on the order of addition; cast to a decimal before adding");
  }
}
