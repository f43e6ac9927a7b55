package io.bergview.query;

import static io.bergview.projection.sql.DuckDbTypes.column;
import static java.util.stream.Collectors.joining;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.Kernel;
import io.bergview.pipeline.Rows;
import io.bergview.projection.plan.PlanColumn;
import io.bergview.projection.plan.SourceTable;
import io.bergview.projection.plan.UniqueCheck;
import io.bergview.projection.sql.DuckDbSql;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Holds that no row of a view has two matches where its definition says at most one. */
final class DuplicateKeys {
  private DuplicateKeys() {}

  /**
   * @param relations what stands in FROM for each source
   * @throws DataException {@code DUPLICATE_KEY}, with an example
   */
  static void refuse(
      Kernel kernel,
      String view,
      List<UniqueCheck> checks,
      Function<SourceTable, String> relations) {
    for (UniqueCheck check : checks) {
      List<PlanColumn> columns = check.target().columns();
      List<List<@Nullable Object>> found =
          Rows.read(
              kernel.query(sql(check, relations)), columns.stream().map(PlanColumn::type).toList());
      if (!found.isEmpty()) {
        throw failure(view, check, found.get(0));
      }
    }
  }

  private static String sql(UniqueCheck check, Function<SourceTable, String> relations) {
    List<PlanColumn> target = check.target().columns();
    List<PlanColumn> references = check.references().columns();
    String keys = target.stream().map(key -> column(key.id())).collect(joining(", "));
    List<String> same = new ArrayList<>();
    for (int i = 0; i < target.size(); i++) {
      same.add("t." + column(target.get(i).id()) + " = r." + column(references.get(i).id()));
    }
    return "SELECT "
        + keys
        + " FROM (SELECT "
        + keys
        + " FROM ("
        + DuckDbSql.select(check.target(), relations)
        + ") GROUP BY ALL HAVING count(*) > 1) AS t SEMI JOIN ("
        + DuckDbSql.select(check.references(), relations)
        + ") AS r ON "
        + String.join(" AND ", same)
        + " LIMIT 1";
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
