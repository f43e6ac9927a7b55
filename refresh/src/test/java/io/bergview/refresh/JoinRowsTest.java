package io.bergview.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DefinitionException;
import io.bergview.verify.VerifyResult;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

/** Views with {@code $join} over few rows, whose values are stated after each change. */
class JoinRowsTest extends StatedRows {
  private static final String BANDS =
      """
      $from: h.a
      $join:
        band: {$from: h.b, $on: {$expr: 'n >= band.k AND n < band.g'}, $kind: %s}
      $select: [k, n, band_s]
      """;

  private void define(String view, String text) {
    views.project().define(view, text);
  }

  @Test
  void changedBandsMoveRows() {
    views.insert("a", "1 - 5.00", "2 - 50.00", "3 - 500.00", "4 - -");
    views.insert("b", "0 10 - - low", "10 100 - - high", "- 10 - - lost", "100 - - - open");
    define("V", BANDS.formatted("left"));
    views.assertRows("V", "1 5.00 low", "2 50.00 high", "3 500.00 -", "4 - -");
    views.update("b", 10L, "s", "dear");
    views.assertFollowed("V", "1 5.00 low", "2 50.00 dear", "3 500.00 -", "4 - -");
    views.update("b", 0L, "g", 60L);
    views.assertFollowed("V", "1 5.00 low", "2 50.00 low", "2 50.00 dear", "3 500.00 -", "4 - -");
    views.delete("b", 10L);
    views.assertFollowed("V", "1 5.00 low", "2 50.00 low", "3 500.00 -", "4 - -");
    views.update("b", 100L, "g", 1000L).insert("a", "5 - 99.00", "6 - 100.00");
    views.assertFollowed(
        "V", "1 5.00 low", "2 50.00 low", "3 500.00 open", "4 - -", "5 99.00 -", "6 100.00 open");
    views.update("a", 3L, "n", new BigDecimal("7.00")).delete("b", 100L).delete("b", null);
    views.assertFollowed(
        "V", "1 5.00 low", "2 50.00 low", "3 7.00 low", "4 - -", "5 99.00 -", "6 100.00 -");
  }

  @Test
  void ofInnerJoinsOnlyMatchesAreRows() {
    views.insert("a", "1 - 5.00", "2 - 50.00", "3 - -").insert("b", "0 10 - - low");
    define("V", BANDS.formatted("inner"));
    views.assertRows("V", "1 5.00 low");
    views.insert("b", "5 6 - - five").update("a", 3L, "n", new BigDecimal("9.00"));
    views.assertFollowed("V", "1 5.00 low", "1 5.00 five", "3 9.00 low");
    views.delete("b", 0L);
    views.assertFollowed("V", "1 5.00 five");
    views.delete("a", 1L);
    views.assertFollowed("V");
  }

  @Test
  void semiAndAntiJoinsKeepAndDropRows() {
    views.insert("a", "1 7", "2 8", "3 -", "3 -", "- 9").insert("b", "7 2", "- 1", "8 -");
    String text =
        "$from: h.a\n"
            + "$join: {other: {$from: h.b, $on: {$expr: 'other.k = g'}, $kind: %s}}\n"
            + "$select: [k, g]\n";
    define("Semi", text.formatted("semi"));
    define("Anti", text.formatted("anti"));
    views.assertRows("Semi", "1 7", "2 8");
    views.assertRows("Anti", "3 -", "3 -", "- 9");
    views.insert("b", "9 1", "9 2", "7 7").delete("b", 8L);
    views.assertFollowed("Semi", "1 7", "- 9");
    views.assertFollowed("Anti", "2 8", "3 -", "3 -");
    views.delete("b", null).deleteWhere("b", "g", 2L).update("a", 2L, "g", 9L);
    views.assertFollowed("Semi", "1 7", "2 9", "- 9");
    views.assertFollowed("Anti", "3 -", "3 -");
  }

  @Test
  void aTableIsJoinedWithItself() {
    views.insert("a", "1 1 1.00", "2 1 2.00", "3 1 2.00", "4 2 9.00", "5 - 5.00");
    define(
        "V",
        """
        $from: h.a
        $join: {less: {$from: h.a, $on: {$expr: 'less.g = g AND less.n < n'}, $kind: left}}
        $flatten: {less: below}
        $select: [k, below_k]
        """);
    views.assertRows("V", "1 -", "2 1", "3 1", "4 -", "5 -");
    views.update("a", 3L, "n", new BigDecimal("3.00"));
    views.assertFollowed("V", "1 -", "2 1", "3 1", "3 2", "4 -", "5 -");
    views.delete("a", 1L).insert("a", "6 2 9.50");
    views.assertFollowed("V", "2 -", "3 2", "4 -", "5 -", "6 4");
  }

  @Test
  void joinedRowsAreGroupedFilteredAndOrdered() {
    views.insert("a", "1 1 5.00", "2 1 50.00", "3 2 55.00").insert("b", "0 10", "10 100", "50 100");
    define(
        "Groups",
        """
        $from: h.a
        $join: {band: {$from: h.b, $on: {$expr: 'n >= band.k AND n < band.g'}, $kind: left}}
        $filter: {k: {$lt: 9}}
        $groupBy: [{path: band.k, $as: low}]
        $compute: {rows: {$count: '*'}, total: {$sum: n}, most: {$max: band.g}}
        """);
    define(
        "Narrowest",
        """
        $from: h.a
        $join: {band: {$from: h.b, $on: {$expr: 'n >= band.k AND n < band.g'}}}
        $top: {rows: 1, orderBy: {band.k: desc}, by: k, ties: rank}
        $select: {k: k, low: band.k}
        """);
    views.assertRows("Groups", "0 1 5.00 10", "10 2 105.00 100", "50 2 105.00 100");
    views.assertRows("Narrowest", "1 0", "2 50", "3 50");
    views.update("b", 50L, "k", 51L).insert("a", "4 1 1000.00", "9 1 1000.00");
    views.assertFollowed(
        "Groups", "0 1 5.00 10", "10 2 105.00 100", "51 1 55.00 100", "- 1 1000.00 -");
    views.assertFollowed("Narrowest", "1 0", "2 10", "3 51");
    views.delete("b", 10L).delete("b", 0L);
    views.assertFollowed("Groups", "51 1 55.00 100", "- 3 1055.00 -");
    views.assertFollowed("Narrowest", "3 51");
  }

  @Test
  void oneJoinSeesThoseBeforeIt() {
    views.insert("a", "1 1", "2 2").insert("b", "1 5", "1 6", "3 5").insert("c", "5 1", "7 1");
    define(
        "V",
        """
        $from: h.a
        $join:
          b: {$from: h.b, $on: {$expr: 'b.k = a.k'}, $kind: left}
          c: {$from: h.c, $on: {$expr: 'c.k > b.g OR b.g IS NULL'}, $kind: left}
          other: {$from: h.c, $on: {$expr: 'other.g = k', other.k: {$gte: 9}}, $kind: anti}
        $select: {k: k, g: b.g, c: c.k}
        """
            .replace("a.k", "k"));
    views.assertRows("V", "1 5 7", "1 6 7", "2 - 5", "2 - 7");
    views.insert("c", "6 2").delete("c", 7L).insert("b", "2 1");
    views.assertFollowed("V", "1 5 6", "1 6 -", "2 1 5", "2 1 6");
    views.insert("c", "9 2");
    views.assertFollowed("V", "1 5 6", "1 5 9", "1 6 9");
  }

  @Test
  void aViewIsJoinedLikeATable() {
    views.insert("a", "1 1", "2 2").insert("b", "1 - 5.00", "1 - 6.00", "2 - 7.00");
    define("Sums", "$from: h.b\n$groupBy: k\n$compute: {total: {$sum: n}}\n");
    String joined = "$from: h.a\n$join: {sums: {$from: %s, $on: {$expr: 'sums.k = g'}}}\n";
    define("V", joined.formatted("Sums") + "$select: {k: k, total: sums.total}\n");
    views.project().refresh("Sums");
    views.assertRows("V", "1 11.00", "2 7.00");
    views.insert("b", "2 - 1.00");
    views.project().refresh("Sums");
    views.assertFollowed("V", "1 11.00", "2 8.00");
    assertThatThrownBy(() -> define("Again", joined.formatted("Again")))
        .isInstanceOf(DefinitionException.class)
        .hasMessageContaining(
            "views/Again.yaml:3:23: $join.sums.$from: views cannot read themselves: Again ->"
                + " Again");
  }

  @Test
  void theKeyIsThatOfTheRootAndOfWhatIsShown() {
    views
        .project()
        .write(
            "types/h.yaml",
            """
            $type: A
            $table: h.a
            $id: k
            b: '-> B'
            $keys: {b: g}
            ---
            $type: B
            $table: h.b
            $id: k
            """);
    views.insert("a", "1 5 1.00", "2 - 2.00").insert("b", "5 1 - - x", "6 1 - - y");
    String text =
        "$from: A\n"
            + "$expand: [b]\n"
            + "$join: {other: {$from: %s, $on: {$expr: 'other.k > b.k'}, $kind: %s}}\n"
            + "$select: [n, other_s, b_s]\n";
    define("Left", text.formatted("B", "left"));
    define("Keyless", text.formatted("h.c", "left"));
    define("Anti", text.replace("other_s, ", "").formatted("B", "anti"));
    assertThat(views.project().explain("Left").key())
        .containsExactly("_state.key.k", "_state.key.other_k");
    assertThat(views.project().explain("Keyless").key()).isEmpty();
    assertThat(views.project().explain("Anti").key()).containsExactly("_state.key.k");
    assertThat(views.project().refresh("Left").kind()).isEqualTo(RefreshKind.FULL);
    views.insert("b", "7 1 - - z").update("b", 5L, "s", "w").insert("a", "3 6 3.00");
    RefreshResult result = views.project().refresh("Left");
    assertThat(result.kind()).isEqualTo(RefreshKind.MERGE);
    VerifyResult verified = views.project().verify("Left");
    assertThat(verified.equal()).as("%s", verified).isTrue();
    assertThat(views.project().contents("Left"))
        .extracting(row -> row.get("n") + " " + row.get("other_s") + " " + row.get("b_s"))
        .containsExactlyInAnyOrder("1.00 y w", "1.00 z w", "2.00 null null", "3.00 z y");
  }
}
