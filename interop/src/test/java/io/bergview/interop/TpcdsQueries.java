package io.bergview.interop;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The 99 queries of TPC-DS as Spark's tests have them, four in two variants. Parameters are others
 * where those of the queries have no rows in a small warehouse: such a query would be equal, and
 * followed, for nothing.
 */
final class TpcdsQueries {
  /** What a query's text is replaced by, pairs of old and new. */
  private static final Map<String, List<String>> OTHER = new LinkedHashMap<>();

  private static final List<String> IN_TWO_VARIANTS = List.of("14", "23", "24", "39");

  static {
    other("q8", "HAVING count(*) > 10", "HAVING count(*) > 0");
    other("q10", "ca_county IN", "ca_county NOT IN");
    other("q17", "= '2001Q1'", "> '2'", "IN ('2001Q1', '2001Q2', '2001Q3')", "> '1'");
    other("q23b", "50 / 100.0", "5 / 100.0", "> 4", "> 1");
    for (String name : List.of("q24a", "q24b")) {
      other(
          name,
          "c_birth_country = upper",
          "c_birth_country <> upper",
          "s_zip = ca_zip",
          "left(s_zip, 2) = left(ca_zip, 2)",
          "s_market_id = 8",
          "s_market_id > 0");
    }
    other(
        "q25", "d_moy = 4", "d_moy > 0", "BETWEEN 4 AND 10", "> 0", "d_year = 2001", "d_year > 0");
    other(
        "q29",
        "d_moy = 9",
        "d_moy > 0",
        "BETWEEN 9 AND 9 + 3",
        "> 0",
        "d_year = 1999",
        "d_year > 0");
    other("q30", "c_last_review_date", "c_last_review_date_sk");
    other("q37", "(677, 940, 694, 808)", "(SELECT i_manufact_id FROM item WHERE i_class_id < 9)");
    other("q39b", "inv1.cov > 1.5", "inv1.cov > 1.1");
    other("q41", "BETWEEN 738 AND 738 + 40", "> 0", "'Women'", "'Shoes'", "'Men'", "'Music'");
    other("q44", "ss_store_sk = 4", "ss_store_sk = 1");
    other(
        "q54",
        "i_class = 'maternity'",
        "i_class > 'a'",
        "ca_county = s_county",
        "ca_county <> s_county",
        "ca_state = s_state",
        "ca_state <> s_state");
    other(
        "q58", "0.9 *", "0.1 *", "1.1 *", "10 *", "d_date = '2000-01-03'", "d_date = '2000-12-18'");
    other(
        "q64",
        "> 2 * sum(",
        "> 0 * sum(",
        "i_color IN",
        "i_color NOT IN",
        "64 + 10",
        "99",
        "64 + 15",
        "99",
        "= 1999 + 1",
        "> 0",
        "= 1999",
        "> 0");
    other("q78", "> 0 AND coalesce", "> 0 OR coalesce");
    other("q82", "(129, 270, 821, 423)", "(SELECT i_manufact_id FROM item WHERE i_class_id < 9)");
    other("q84", "ca_city = 'Edgewood'", "ca_city > 'M'");
    other(
        "q85",
        "ws_net_profit BETWEEN 100 AND 200",
        "ws_net_profit < 0",
        "'IN', 'OH', 'NJ'",
        "'TX', 'OH', 'GA'",
        "cd1.cd_education_status = cd2.cd_education_status",
        "cd1.cd_education_status > 'A'");
    other("q90", "wp_char_count BETWEEN 5000 AND 5200", "wp_char_count > 0");
    other(
        "q91",
        "AND d_moy = 11",
        "",
        "ca_gmt_offset = -7",
        "ca_gmt_offset < 0",
        "'Unknown%'",
        "'%0%'");
    other("q93", "r_reason_desc = 'reason 28'", "r_reason_sk = 1");
  }

  private TpcdsQueries() {}

  private static void other(String query, String... pairs) {
    OTHER.put(query, List.of(pairs));
  }

  /** {@code q1} to {@code q99} to their texts, in that order; {@code q14a} and {@code q14b}. */
  static Map<String, String> all() {
    Map<String, String> queries = new LinkedHashMap<>();
    for (int i = 1; i <= 99; i++) {
      List<String> names =
          IN_TWO_VARIANTS.contains("" + i)
              ? List.of("q" + i + "a", "q" + i + "b")
              : List.of("q" + i);
      names.forEach(name -> queries.put(name, text(name)));
    }
    return Collections.unmodifiableMap(queries);
  }

  private static String text(String name) {
    String text = resource("/tpcds/" + name + ".sql").strip();
    List<String> pairs = OTHER.getOrDefault(name, List.of());
    for (int i = 0; i < pairs.size(); i += 2) {
      if (!text.contains(pairs.get(i))) {
        throw new IllegalStateException("%s has no '%s'".formatted(name, pairs.get(i)));
      }
      text = text.replace(pairs.get(i), pairs.get(i + 1));
    }
    return text;
  }

  private static String resource(String path) {
    try (InputStream in = TpcdsQueries.class.getResourceAsStream(path)) {
      return new String(
          requireNonNull(in, () -> path + " is not there").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A text as Bergview's parser takes it, to which AT is a keyword. */
  static String quoted(String text) {
    return text.replace(") at,", ") AS \"at\",");
  }
}
