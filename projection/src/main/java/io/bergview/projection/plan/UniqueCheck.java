package io.bergview.projection.plan;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * The uniqueness check of a to-one relation: no key that a row refers to occurs twice in the
 * target.
 *
 * @param path the relation from the view's {@code $from}
 * @param type the target type
 * @param keyNames the target's key columns, for the message
 * @param target the target's key columns, one row for each row of the target
 * @param references the keys that rows of the view refer to, before any filter; same columns in the
 *     same order
 */
public record UniqueCheck(
    String path, String type, List<String> keyNames, Plan target, Plan references) {
  public UniqueCheck {
    requireNonNull(path, "path is null");
    requireNonNull(type, "type is null");
    keyNames = List.copyOf(keyNames);
    requireNonNull(target, "target is null");
    requireNonNull(references, "references is null");
  }
}
