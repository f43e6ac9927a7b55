package io.bergview.discover;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Rows of one type that may refer to rows of another.
 *
 * @param name of the relation
 * @param target the type that it leads to
 * @param columns the foreign key, in the order of the target's key
 * @param confidence 0 to 1
 * @param accepted whether the confidence reaches the bar
 * @param counts what was found in the rows
 */
public record RelationProposal(
    String name,
    String target,
    List<String> columns,
    double confidence,
    boolean accepted,
    Counts counts) {
  /**
   * Rows and values, counted in all rows, or in a sample that refuted the relation.
   *
   * @param rows of the type
   * @param nulls rows without a value
   * @param found rows whose value is a key of the target
   * @param values that are keys of the target
   * @param fewest rows with the same value, among those found; 0 if none
   * @param most likewise
   * @param keys of the target
   * @param sampled whether only a sample was looked at
   */
  public record Counts(
      long rows,
      long nulls,
      long found,
      long values,
      long fewest,
      long most,
      long keys,
      boolean sampled) {
    /** The part of the values that is found; 0 where there are none. */
    public double share() {
      return rows == nulls ? 0 : (double) found / (rows - nulls);
    }

    /** Whether several rows have the same value. */
    public boolean many() {
      return most > 1;
    }
  }

  public RelationProposal {
    requireNonNull(name, "name is null");
    requireNonNull(target, "target is null");
    columns = List.copyOf(columns);
    requireNonNull(counts, "counts is null");
  }

  /** For machines. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", name);
    json.put("target", target);
    columns.forEach(json.putArray("columns")::add);
    json.put("confidence", confidence);
    json.put("accepted", accepted);
    json.putObject("counts")
        .put("rows", counts.rows())
        .put("nulls", counts.nulls())
        .put("found", counts.found())
        .put("values", counts.values())
        .put("fewestRowsPerKey", counts.fewest())
        .put("mostRowsPerKey", counts.most())
        .put("keys", counts.keys())
        .put("sampled", counts.sampled());
    return json;
  }
}
