package io.bergview.pipeline.engine;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static java.util.stream.Collectors.joining;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.CachedTables;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.UniqueCheck;
import io.bergview.projection.sql.Relations;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks that no row has more than one match in a to-one relation. */
public final class DuplicateKeys {
  private DuplicateKeys() {}

  /**
   * @param relations what stands in FROM for each source
   * @throws DataException {@code DUPLICATE_KEY}, with an example
   */
  public static void refuse(
      EngineSession session, String view, List<UniqueCheck> checks, Relations relations) {
    for (UniqueCheck check : checks) {
      String repeated = repeated(session, check, relations);
      if (first(session, check, repeated + " LIMIT 1").isEmpty()) {
        continue;
      }
      List<List<@Nullable Object>> referred =
          first(session, check, referred(session, check, repeated, relations));
      if (!referred.isEmpty()) {
        throw failure(view, check, referred.get(0));
      }
    }
  }

  /**
   * The same where the checks' references are those of few rows: the target is read only for the
   * keys that they name. Of a target that the session keeps it is remembered that no key at all
   * occurs twice in it.
   *
   * @throws DataException {@code DUPLICATE_KEY}, with an example
   */
  public static void refuseAmong(
      EngineSession session, String view, List<UniqueCheck> checks, Relations relations) {
    for (UniqueCheck check : checks) {
      if (isUnique(session, check, relations)) {
        continue;
      }
      String referred =
          "SELECT t.* FROM ("
              + session.select(check.target(), relations)
              + ") AS t SEMI JOIN ("
              + session.select(check.references(), relations)
              + ") AS r ON "
              + same(check);
      List<List<@Nullable Object>> repeated =
          first(session, check, moreThanOnce(check, referred) + " LIMIT 1");
      if (!repeated.isEmpty()) {
        throw failure(view, check, repeated.get(0));
      }
    }
  }

  /** Whether the cached target has every key once. */
  private static boolean isUnique(EngineSession session, UniqueCheck check, Relations relations) {
    Set<String> tables = new HashSet<>();
    String repeated =
        repeated(
            session,
            check,
            source -> {
              String relation = relations.of(source);
              tables.add(relation);
              return relation;
            });
    Optional<CachedTables> cached = session.cachedTables();
    if (cached.isEmpty()) {
      return false;
    }
    CachedTables kept = cached.get();
    if (kept.isKnownEmpty(repeated)) {
      return true;
    }
    if (tables.isEmpty() || !tables.stream().allMatch(kept::isKept)) {
      return false;
    }
    boolean unique = first(session, check, repeated + " LIMIT 1").isEmpty();
    if (unique) {
      kept.knowEmpty(repeated, tables);
    }
    return unique;
  }

  private static List<List<@Nullable Object>> first(
      EngineSession session, UniqueCheck check, String sql) {
    return session.rows(sql, check.target().columns().stream().map(PlanColumn::type).toList());
  }

  /**
   * Keys that occur more than once in the target, referenced or not: usually none, and cheap to
   * compute.
   */
  private static String repeated(EngineSession session, UniqueCheck check, Relations relations) {
    return moreThanOnce(check, session.select(check.target(), relations));
  }

  private static String moreThanOnce(UniqueCheck check, String targets) {
    String keys =
        check.target().columns().stream().map(key -> column(key.id())).collect(joining(", "));
    return "SELECT " + keys + " FROM (" + targets + ") GROUP BY ALL HAVING count(*) > 1";
  }

  private static String referred(
      EngineSession session, UniqueCheck check, String repeated, Relations relations) {
    return "SELECT t.* FROM ("
        + repeated
        + ") AS t SEMI JOIN ("
        + session.select(check.references(), relations)
        + ") AS r ON "
        + same(check)
        + " LIMIT 1";
  }

  private static String same(UniqueCheck check) {
    List<PlanColumn> target = check.target().columns();
    List<PlanColumn> references = check.references().columns();
    List<String> same = new ArrayList<>();
    for (int i = 0; i < target.size(); i++) {
      same.add("t." + column(target.get(i).id()) + " = r." + column(references.get(i).id()));
    }
    return String.join(" AND ", same);
  }

  private static DataException failure(
      String view, UniqueCheck check, List<@Nullable Object> example) {
    List<String> key = new ArrayList<>();
    for (int i = 0; i < example.size(); i++) {
      key.add(check.keyNames().get(i) + " = " + example.get(i));
    }
    return new DataException(
        ErrorCode.DUPLICATE_KEY,
        "View %s: '%s' leads to at most one %s, but %s occurs more than once; make $id of %s unique in its table"
            .formatted(view, check.path(), check.type(), String.join(", ", key), check.type()));
  }
}
