package io.bergview.define.alter;

import static java.util.Objects.requireNonNull;

import io.bergview.define.DefinePlan;
import io.bergview.projection.definition.TableName;
import java.util.List;
import java.util.Optional;

/**
 * The plan of altering a view.
 *
 * @param step each change with its cost
 * @param next what a refresh would do with the changed definition, including its policy
 * @param reads what that refresh reads if it is a full one, otherwise empty
 * @param rewrite what a compaction then rewrites, where only the layout changes; where nothing
 *     changes, what earlier changes of the layout have left to it
 * @param file in {@code views/} that defines the view differently, relative to the project's
 *     folder: the next apply would change the view back
 * @param note what is not known about that folder, a sentence
 */
public record AlterPlan(
    DefinePlan step,
    Next next,
    List<Read> reads,
    LayoutRewrite rewrite,
    Optional<String> file,
    Optional<String> note) {
  /**
   * @param kind {@code skip}, {@code append}, {@code merge}, {@code full}, or {@code refused}
   * @param reason a stable code
   */
  public record Next(String kind, String reason, String message) {
    public Next {
      requireNonNull(kind, "kind is null");
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }
  }

  /**
   * A source of a recompute.
   *
   * @param rows of its current snapshot, as its metadata counts them; -1 where it does not
   * @param bytes of its files, all columns
   */
  public record Read(TableName table, long rows, long bytes) {
    public Read {
      requireNonNull(table, "table is null");
    }
  }

  public AlterPlan {
    requireNonNull(step, "step is null");
    requireNonNull(next, "next is null");
    reads = List.copyOf(reads);
    requireNonNull(rewrite, "rewrite is null");
    requireNonNull(file, "file is null");
    requireNonNull(note, "note is null");
  }
}
