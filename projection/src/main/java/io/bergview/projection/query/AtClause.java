package io.bergview.projection.query;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.AsOf;
import io.bergview.projection.syntax.SqlException;
import io.bergview.projection.syntax.SyntaxNode;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * The moment at which a table in FROM is read: {@code AT (VERSION => 3)}, {@code AT (TIMESTAMP =>
 * '2026-01-31 12:00:00')}. It is written out: what is computed, such as from {@code now()}, would
 * be another one each time.
 */
final class AtClause {
  private AtClause() {}

  /** Where the moment stands. */
  static int place(SyntaxNode clause) {
    return clause.required("expr").firstOffset();
  }

  /**
   * @throws SqlException where it is none
   */
  static AsOf moment(SyntaxNode clause) {
    SyntaxNode value = clause.required("expr");
    return clause.string("unit").equalsIgnoreCase("VERSION") ? version(value) : time(value);
  }

  private static AsOf version(SyntaxNode value) {
    SyntaxNode literal = value.child("literal").orElse(value);
    if (value.nodeClass().equals("CONSTANT") && literal.string("kind").equals("STRING")) {
      return new AsOf.Ref(literal.string("text"));
    }
    return QueryBinder.wholeConstant(value)
        .<AsOf>map(AsOf.SnapshotId::new)
        .orElseThrow(
            () ->
                wrong(
                    value,
                    "a version is the id of a snapshot, or the name of a tag or branch in quotes"));
  }

  private static AsOf time(SyntaxNode value) {
    String type =
        value.nodeClass().equals("CAST")
            ? value.required("type_expr").string("type_name").toUpperCase(Locale.ROOT)
            : "TIMESTAMP";
    SyntaxNode constant = value.nodeClass().equals("CAST") ? value.required("child") : value;
    SyntaxNode literal = constant.child("literal").orElse(constant);
    boolean text =
        constant.nodeClass().equals("CONSTANT") && literal.string("kind").equals("STRING");
    if (!text || !type.startsWith("DATE") && !type.startsWith("TIMESTAMP")) {
      throw wrong(
          value,
          "a time is written out, as TIMESTAMP '2026-01-31 12:00:00'; without a zone it is UTC");
    }
    return AsOf.time(literal.string("text"))
        .map(time -> type.equals("DATE") ? startOfDay(time) : time)
        .orElseThrow(
            () ->
                wrong(
                    value,
                    "'%s' is not a time; write 2026-01-31, 2026-01-31 12:00:00 or 2026-01-31 12:00:00+01:00"
                        .formatted(literal.string("text"))));
  }

  private static AsOf.Time startOfDay(AsOf.Time time) {
    return new AsOf.Time(time.instant().truncatedTo(ChronoUnit.DAYS));
  }

  private static SqlException wrong(SyntaxNode value, String message) {
    return new SqlException(ProblemKind.WRONG_VALUE, value.firstOffset(), message);
  }

  /** Refuses the past of a common table expression. */
  static void refuse(SyntaxNode clause, String name) {
    throw new SqlException(
        ProblemKind.UNSUPPORTED,
        place(clause),
        "'%s' is a query of WITH, which has no past; put the moment at the tables in it"
            .formatted(name));
  }

  /** The problem of a definition that reads the past. */
  static SqlException inDefinition(SyntaxNode clause) {
    return new SqlException(
        ProblemKind.UNSUPPORTED,
        place(clause),
        "a view reads tables as they are, and follows their changes; only a query can read them as"
            + " they were. A branch or a tag may be named, in quotes: FOR VERSION AS OF 'audit'");
  }
}
