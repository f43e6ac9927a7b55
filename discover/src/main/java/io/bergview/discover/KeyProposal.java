package io.bergview.discover;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A key that a table may have.
 *
 * @param columns in the order of the table
 * @param origin why it is proposed
 * @param confidence 0 to 1
 * @param accepted whether the confidence reaches the bar
 * @param evidence what was counted, a clause
 */
public record KeyProposal(
    List<String> columns, Origin origin, double confidence, boolean accepted, String evidence) {
  /** Where a key comes from. */
  public enum Origin {
    /** The table's identifier fields. */
    IDENTIFIER_FIELDS("identifier fields"),
    /** No two rows have the same values, and none is null. */
    DATA("data"),
    /** Its name alone, where there are no rows to prove anything. */
    NAME("name");

    private final String label;

    Origin(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  public KeyProposal {
    columns = List.copyOf(columns);
    requireNonNull(origin, "origin is null");
    requireNonNull(evidence, "evidence is null");
  }

  /** For machines. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    columns.forEach(json.putArray("columns")::add);
    json.put("from", origin.label());
    json.put("confidence", confidence);
    json.put("accepted", accepted);
    json.put("evidence", evidence);
    return json;
  }
}
