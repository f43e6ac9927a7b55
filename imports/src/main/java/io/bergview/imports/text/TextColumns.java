package io.bergview.imports.text;

import static java.util.Objects.requireNonNull;

import io.bergview.imports.options.ColumnType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The columns that text files have, in the order in which they were met, and the types that their
 * values may have.
 *
 * @param types by name; nested types have ids that mean nothing
 * @param sampledRows how many rows the types are inferred from
 * @param remarks on single columns, for people
 */
public record TextColumns(Map<String, ColumnType> types, long sampledRows, List<String> remarks) {
  public TextColumns {
    types = new LinkedHashMap<>(requireNonNull(types, "types is null"));
    remarks = List.copyOf(remarks);
  }

  /** The type of a column whose values, texts or null, are these. */
  public static ColumnType typeOf(Iterable<@Nullable String> values) {
    ColumnEvidence evidence = new ColumnEvidence();
    values.forEach(evidence::add);
    return evidence.type(false, false);
  }
}
