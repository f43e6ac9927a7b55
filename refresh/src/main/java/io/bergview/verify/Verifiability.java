package io.bergview.verify;

import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.ViewLineage;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.RefusedException;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.sql.DuckDbTypes;
import java.util.List;
import org.apache.iceberg.Schema;

/** Whether it is known what a view should hold. */
final class Verifiability {
  private Verifiability() {}

  /**
   * What the view's rows are derived from, by the definition that it has.
   *
   * @throws RefusedException {@code VIEW_INVALID}, {@code FOREIGN_WRITES}
   */
  static Lineage lineage(RegisteredView view) {
    LineageLookup lookup = ViewLineage.of(view);
    if (lookup instanceof LineageLookup.LostLineage lost) {
      ErrorCode code =
          lost.cause() == LineageLookup.Cause.FOREIGN_WRITES
              ? ErrorCode.FOREIGN_WRITES
              : ErrorCode.VIEW_INVALID;
      throw refused(code, view, lost.message(), "recompute it with refreshView --full");
    }
    if (!(lookup instanceof LineageLookup.RecordedLineage found)) {
      throw refused(
          ErrorCode.VIEW_INVALID, view, "it has not been refreshed yet", "refresh it first");
    }
    if (found.lineage().definitionVersion() != view.definitionVersion()) {
      throw refused(
          ErrorCode.VIEW_INVALID,
          view,
          "its rows were made by version %d of its definition, which is at version %d"
              .formatted(found.lineage().definitionVersion(), view.definitionVersion()),
          "refresh it first");
    }
    return found.lineage();
  }

  /**
   * @throws RefusedException {@code VIEW_INVALID} where the table has other columns than the
   *     definition says
   */
  static void checkColumns(RegisteredView view, ResolvedView resolved) {
    if (!shape(view.table().schema()).equals(shape(resolved.schema()))) {
      throw refused(
          ErrorCode.VIEW_INVALID,
          view,
          "the columns of its table are not those of its definition, somebody changed them",
          "recompute it with refreshView --full");
    }
  }

  /** Names and types without ids. */
  private static List<String> shape(Schema schema) {
    return schema.columns().stream()
        .map(field -> field.name() + " " + DuckDbTypes.sqlType(field.type()))
        .toList();
  }

  private static RefusedException refused(
      ErrorCode code, RegisteredView view, String why, String whatToDo) {
    return new RefusedException(
        code, "View %s cannot be verified: %s; %s".formatted(view.name(), why, whatToDo));
  }
}
