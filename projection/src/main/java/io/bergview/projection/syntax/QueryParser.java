package io.bergview.projection.syntax;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.duckdb.DuckDBConnection;

/**
 * Parses queries by DuckDB's own parser, which gives the syntax tree of a SELECT as JSON ({@code
 * json_serialize_sql}). Nothing is executed.
 */
public final class QueryParser {
  private static final int MOST_CHARACTERS = 1_000_000;
  private static final int MOST_DEPTH = 400;
  private static final int MOST_REPAIRS = 2_000;
  private static final int MOST_KEPT = 200;
  private static final int MOST_KEPT_CHARACTERS = 5_000;
  private static final Pattern NEAR = Pattern.compile("at or near \"(.*)\"");
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              new com.fasterxml.jackson.core.JsonFactoryBuilder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(10_000)
                          .maxStringLength(MOST_CHARACTERS * 2)
                          .build())
                  .build())
          .build();

  /** Trees by text, which nobody changes: a view's definition is parsed wherever it is read. */
  private static final Map<String, Parsed> PARSED =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Parsed> eldest) {
              return size() > MOST_KEPT;
            }
          });

  /** A tree and the text that DuckDB made it of. */
  private record Parsed(JsonNode tree, RespelledText text) {}

  private QueryParser() {}

  /** A database in memory that only parses. */
  private static final class Parser {
    static final Connection CONNECTION = open();

    /** By the driver's class: the launcher's class path does not announce drivers. */
    private static Connection open() {
      Properties settings = new Properties();
      settings.setProperty("threads", "1");
      settings.setProperty("memory_limit", "512MB");
      settings.setProperty("enable_external_access", "false");
      try {
        return DuckDBConnection.newConnection("jdbc:duckdb:", false, "", settings);
      } catch (SQLException e) {
        throw new IllegalStateException("DuckDB cannot be opened to parse SQL", e);
      }
    }
  }

  /**
   * The node of the one query of a text.
   *
   * @throws SqlException where it is no query
   */
  public static SyntaxNode parse(String sql) {
    return parse(sql, 0);
  }

  /**
   * As {@link #parse(String)}.
   *
   * @param skipped how many characters stand in front of what the user wrote: places are counted
   *     from there
   */
  static SyntaxNode parse(String sql, int skipped) {
    try {
      return node(sql, skipped);
    } catch (SqlException e) {
      throw skipped == 0
          ? e
          : new SqlException(e.kind(), Math.max(0, e.offset() - skipped), e.problem());
    }
  }

  private static SyntaxNode node(String sql, int skipped) {
    if (sql.length() > MOST_CHARACTERS) {
      throw new SqlException(
          ProblemKind.SYNTAX,
          0,
          "the query has more than %d characters".formatted(MOST_CHARACTERS));
    }
    if (sql.indexOf('\0') >= 0) {
      throw new SqlException(
          ProblemKind.SYNTAX, sql.indexOf('\0'), "the query holds the character U+0000");
    }
    Parsed parsed = PARSED.get(sql);
    if (parsed == null) {
      refuseDepth(sql);
      parsed = repaired(sql);
      if (sql.length() <= MOST_KEPT_CHARACTERS) {
        PARSED.put(sql, parsed);
      }
    }
    JsonNode tree = parsed.tree();
    if (tree.path("error").asBoolean()) {
      throw problem(sql, parsed);
    }
    JsonNode statements = tree.path("statements");
    if (statements.size() != 1) {
      throw new SqlException(
          ProblemKind.SYNTAX,
          0,
          statements.isEmpty() ? "there is no query" : "there is more than one query");
    }
    return new SyntaxNode(
        statements.get(0).path("node"), new QueryText(sql, parsed.text(), skipped), 0);
  }

  /** The tree of a text that may spell some things as other engines do. */
  private static Parsed repaired(String sql) {
    RespelledText text = RespelledText.of(sql);
    JsonNode tree = tree(text.text());
    for (int i = 0; i < MOST_REPAIRS && tree.path("error").asBoolean(); i++) {
      int at = new QueryText(sql, text, 0).respelledOffset(tree.path("position"));
      Optional<RespelledText> next = OtherSpellings.repaired(text, at);
      if (next.isEmpty()) {
        break;
      }
      text = next.get();
      tree = tree(text.text());
    }
    return new Parsed(tree, text);
  }

  /** Deeply nested text overflows the parser's stack. */
  private static void refuseDepth(String sql) {
    int depth = 0;
    for (int i = 0; i < sql.length(); i++) {
      char c = sql.charAt(i);
      depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
      if (depth > MOST_DEPTH) {
        throw new SqlException(
            ProblemKind.SYNTAX,
            i,
            "the query is nested more than %d levels deep".formatted(MOST_DEPTH));
      }
    }
  }

  private static JsonNode tree(String sql) {
    synchronized (Parser.CONNECTION) {
      try (PreparedStatement statement =
          Parser.CONNECTION.prepareStatement("SELECT json_serialize_sql(?)")) {
        statement.setString(1, sql);
        try (ResultSet result = statement.executeQuery()) {
          result.next();
          return JSON.readTree(result.getString(1));
        }
      } catch (SQLException e) {
        throw new SqlException(ProblemKind.SYNTAX, 0, firstLine(String.valueOf(e.getMessage())));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("DuckDB's syntax tree is not JSON", e);
      }
    }
  }

  private static SqlException problem(String sql, Parsed parsed) {
    JsonNode tree = parsed.tree();
    String message = firstLine(tree.path("error_message").asText());
    if (message.startsWith("only SELECT statements")) {
      message =
          sql.stripLeading().regionMatches(true, 0, "PIVOT", 0, "PIVOT".length())
              ? "PIVOT needs the values that become columns: ON status IN ('paid', 'open')"
              : "only a query can stand here: SELECT, VALUES, or WITH before one of them";
    }
    int offset =
        new QueryText(sql, parsed.text(), 0).offset(tree.path("position"), placeOf(message, sql));
    return new SqlException(
        ProblemKind.SYNTAX, Math.min(offset, sql.length()), message + hint(sql, offset, message));
  }

  /** What to do about a syntax error. Of a text that ends too early, DuckDB names the last word. */
  private static String hint(String sql, int offset, String message) {
    String text = sql.stripTrailing();
    if (message.contains("end of input") || offset >= text.length()) {
      return "; the text is cut off here";
    }
    Matcher near = NEAR.matcher(message);
    if (near.find() && offset + String.valueOf(near.group(1)).length() >= text.length()) {
      return ", with which the text ends: perhaps it is cut off";
    }
    return SyntaxHints.at(sql, offset);
  }

  /** Where the word that the message names stands last. */
  private static int placeOf(String message, String sql) {
    Matcher near = NEAR.matcher(message);
    int at = near.find() ? sql.lastIndexOf(String.valueOf(near.group(1))) : -1;
    return at < 0 ? 0 : at;
  }

  private static String firstLine(String message) {
    String line = message.lines().findFirst().orElse("the query cannot be parsed");
    if (line.isEmpty()) {
      return "the query cannot be parsed";
    }
    boolean keyword = line.length() > 1 && Character.isUpperCase(line.charAt(1));
    return keyword ? line : line.substring(0, 1).toLowerCase(Locale.ROOT) + line.substring(1);
  }
}
