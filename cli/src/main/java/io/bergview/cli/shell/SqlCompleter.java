package io.bergview.cli.shell;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/**
 * Completes keywords, the names of tables and views, and the columns of those that the statement
 * names already.
 */
final class SqlCompleter implements Completer {
  private static final int MOST_TABLES = 8;
  private static final List<String> KEYWORDS =
      List.of(
          ("ALTER AND AS ASC AUTO BETWEEN BY CASCADE CASE CAST COMMENT COMMIT COMPACT CREATE CRON"
                  + " DEFAULT DESC DESCRIBE DISTINCT DROP ELSE END EVERY EXCEPT EXISTS EXPLAIN FALSE"
                  + " FROM FULL GRACE GROUP HAVING IF IN INCREMENTAL INNER INTERSECT IS JOIN KEY"
                  + " LAYOUT LEFT LIKE LIMIT MANUAL MATERIALIZED NOT NULL OFFSET ON OR ORDER OUTER"
                  + " OVER PARTITION PARTITIONED PERIOD POLICY REFRESH REPLACE REPLICATION_FACTOR"
                  + " RIGHT SCHEMA SCHEMAS SELECT SET SHARD SHARDS SHOW STRICT TABLES THEN TIME TRUE"
                  + " UNION UPSTREAM USING VACUUM VALUES VERIFY VIEW VIEWS WHEN WHERE WITH ZONE")
              .split(" "));

  private final SqlShell.Session session;

  SqlCompleter(SqlShell.Session session) {
    this.session = session;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    String word = line.word();
    candidates(line.line(), word).forEach(text -> candidates.add(new Candidate(text)));
  }

  /** All that may stand at the end of a statement for a word that has begun. */
  Set<String> candidates(String statement, String word) {
    boolean lower = !word.isEmpty() && word.equals(word.toLowerCase(Locale.ROOT));
    Set<String> found = new LinkedHashSet<>();
    KEYWORDS.forEach(keyword -> found.add(lower ? keyword.toLowerCase(Locale.ROOT) : keyword));
    List<String> names = session.names();
    found.addAll(names);
    String text = statement.toLowerCase(Locale.ROOT);
    names.stream()
        .filter(name -> text.contains(name.toLowerCase(Locale.ROOT)))
        .limit(MOST_TABLES)
        .forEach(name -> found.addAll(session.columns(name)));
    return found;
  }
}
