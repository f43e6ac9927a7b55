package io.bergview.discover;

import java.util.List;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Columns of one table that by their names and types may refer to the key of another.
 *
 * @param columns in the order of the target's key
 * @param key of the target
 * @param agreement of the names
 * @param certainty that the names mean this target: 1, and less where others are as likely
 */
record RelationCandidate(
    Subject source,
    Subject target,
    List<NestedField> columns,
    List<NestedField> key,
    NameAgreement agreement,
    double certainty) {
  RelationCandidate {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  RelationCandidate lessCertain(double factor) {
    return new RelationCandidate(source, target, columns, key, agreement, certainty * factor);
  }
}
