package io.bergview.projection.statement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.OutputColumns;
import io.bergview.projection.statement.Statement.CreateView;
import io.bergview.projection.statement.Statement.IfExists;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code CREATE MATERIALIZED VIEW}, its clauses in any order. */
final class CreateParser {
  static final String COMMENT = "$description";
  private static final List<String> CLAUSES =
      List.of("COMMENT", "WITH", "SHARD", "PARTITIONED", "ORDER", "REFRESH", "GRACE", "AS");
  private static final List<String> POLICIES = List.of("AUTO", "INCREMENTAL", "FULL");
  private static final List<String> MODES =
      List.of("ON COMMIT", "EVERY", "CRON", "MANUAL", "POLICY");
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Cursor cursor;
  private final Map<String, Setting> settings = new LinkedHashMap<>();

  CreateParser(Cursor cursor) {
    this.cursor = cursor;
  }

  /** From {@code CREATE} to the end of the statement. */
  CreateView parse(Place place, String text) {
    cursor.expect("CREATE");
    boolean replace = cursor.accept("OR", "REPLACE");
    if (cursor.peek().is("VIEW")) {
      throw cursor.failure(
          cursor.peek(), "Bergview has materialized views only; write CREATE MATERIALIZED VIEW");
    }
    cursor.expect("MATERIALIZED", "VIEW");
    Token condition = cursor.peek();
    boolean keep = cursor.peek().is("IF");
    if (keep) {
      cursor.expect("IF", "NOT", "EXISTS");
    }
    if (keep && replace) {
      throw cursor.failure(
          condition, "OR REPLACE and IF NOT EXISTS contradict each other; leave one of them out");
    }
    SqlName name = cursor.expectName("the name of the view");
    List<String> columns = columns();
    while (!cursor.accept("AS")) {
      clause();
    }
    Statement.Query query = query(cursor);
    IfExists ifExists = replace ? IfExists.REPLACE : keep ? IfExists.KEEP : IfExists.FAIL;
    return new CreateView(place, text, ifExists, name, columns, settings, query);
  }

  /** A query up to the end of the statement. */
  static Statement.Query query(Cursor cursor) {
    Token first = cursor.peek();
    if (!first.isSymbol('(') && StatementParser.QUERIES.stream().noneMatch(first::is)) {
      throw cursor.expected("a SELECT", StatementParser.QUERIES);
    }
    return cursor.rest();
  }

  private List<String> columns() {
    List<String> columns = new ArrayList<>();
    if (cursor.acceptSymbol('(')) {
      do {
        Token at = cursor.peek();
        String column = cursor.expectPart("the name of a column").text();
        if (columns.stream().anyMatch(column::equalsIgnoreCase)) {
          throw SourceText.failure(
              ProblemKind.DUPLICATE, cursor.place(at), "'" + column + "' is listed twice");
        }
        OutputColumns.problem(column)
            .ifPresent(
                problem -> {
                  throw SourceText.failure(ProblemKind.WRONG_VALUE, cursor.place(at), problem);
                });
        columns.add(column);
      } while (cursor.acceptSymbol(','));
      cursor.expectSymbol(')', "or ','");
    }
    return columns;
  }

  private void clause() {
    Token first = cursor.peek();
    if (cursor.accept("COMMENT")) {
      Token at = cursor.peek();
      set(COMMENT, NODES.textNode(cursor.expectString("a text in quotes")), at, first);
    } else if (cursor.accept("WITH")) {
      new OptionList(cursor)
          .read((option, value, at) -> value.ifPresent(given -> set(option.key(), given, at)));
    } else if (cursor.accept("SHARD")) {
      cursor.expect("KEY");
      Token at = cursor.peek();
      set(ViewOption.SHARD_KEY.key(), new KeyLists(cursor).columns(), at, first);
    } else if (cursor.accept("PARTITIONED") || cursor.accept("PARTITION")) {
      cursor.expect("BY");
      Token at = cursor.peek();
      set(ViewOption.PARTITIONED_BY.key(), new KeyLists(cursor).partitionKeys(), at, first);
    } else if (cursor.accept("ORDER")) {
      cursor.expect("BY");
      Token at = cursor.peek();
      set(ViewOption.ORDER_BY.key(), new KeyLists(cursor).sortKeys(), at, first);
    } else if (cursor.accept("GRACE")) {
      cursor.expect("PERIOD");
      Token at = cursor.peek();
      String period = OptionList.duration(cursor, "a duration in quotes, such as '15m',");
      set(ViewOption.GRACE_PERIOD.key(), NODES.textNode(period), at, first);
    } else if (cursor.accept("REFRESH")) {
      refresh(first);
    } else {
      throw cursor.expected("AS and a SELECT, or a clause (%s),".formatted(clauses()), CLAUSES);
    }
  }

  private static String clauses() {
    return "COMMENT, WITH, SHARD KEY, PARTITIONED BY, ORDER BY, REFRESH, GRACE PERIOD";
  }

  private void refresh(Token clause) {
    Token at = cursor.peek();
    if (cursor.accept("POLICY")) {
      policy(clause);
    } else if (cursor.accept("ON")) {
      cursor.expect("COMMIT");
      mode("streaming", at, clause);
    } else if (cursor.accept("MANUAL")) {
      mode("manual", at, clause);
    } else if (cursor.accept("EVERY")) {
      Token text = cursor.peek();
      String every = cursor.expectString("a duration in quotes, such as '15 minutes',");
      mode("scheduled", at, clause);
      set(ViewOption.SCHEDULE.key(), NODES.textNode(cron(every, text)), text, clause);
      zone(clause);
    } else if (cursor.accept("CRON")) {
      Token text = cursor.peek();
      String cron = cursor.expectString("a cron expression in quotes, such as '0 2 * * *',");
      mode("scheduled", at, clause);
      set(ViewOption.SCHEDULE.key(), NODES.textNode(cron), text, clause);
      zone(clause);
    } else {
      throw cursor.expected("ON COMMIT, EVERY, CRON, MANUAL or POLICY", MODES);
    }
  }

  private String cron(String every, Token at) {
    try {
      return Durations.cron(every);
    } catch (IllegalArgumentException e) {
      throw SourceText.failure(
          ProblemKind.WRONG_VALUE, cursor.place(at), String.valueOf(e.getMessage()));
    }
  }

  private void zone(Token clause) {
    if (cursor.accept("TIME", "ZONE")) {
      Token at = cursor.peek();
      String zone = cursor.expectString("a time zone in quotes, such as 'Europe/Berlin',");
      set(ViewOption.SCHEDULE_TIMEZONE.key(), NODES.textNode(zone), at, clause);
    }
  }

  private void mode(String mode, Token at, Token clause) {
    set(ViewOption.REFRESH_MODE.key(), NODES.textNode(mode), at, clause);
  }

  private void policy(Token clause) {
    Token at = cursor.peek();
    String policy;
    if (cursor.accept("AUTO")) {
      policy = "auto";
    } else if (cursor.accept("INCREMENTAL")) {
      policy = cursor.accept("STRICT") ? "strict" : "incremental";
    } else if (cursor.accept("FULL")) {
      policy = "full";
    } else {
      throw cursor.expected("AUTO, INCREMENTAL, INCREMENTAL STRICT or FULL", POLICIES);
    }
    set(ViewOption.REFRESH_POLICY.key(), NODES.textNode(policy), at, clause);
  }

  private void set(String key, JsonNode value, Token at, Token clause) {
    set(key, new Setting(value, cursor.place(at)), clause);
  }

  private void set(String key, Setting value, Token clause) {
    if (settings.put(key, value) != null) {
      throw SourceText.failure(
          ProblemKind.DUPLICATE, cursor.place(clause), named(key) + " is given twice");
    }
  }

  private static String named(String key) {
    return ViewOption.ofKey(key).map(option -> "'" + option.word() + "'").orElse("the comment");
  }
}
