package io.bergview.catalog;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;

/**
 * Tables that Iceberg refuses to plan: a snapshot in which a delete that names a data file is older
 * than the file, as where a file is listed again after its deletion vector, or is of another
 * partition.
 */
public final class ContradictoryMetadata {
  private ContradictoryMetadata() {}

  public static StorageException of(Table table, ValidationException refusal) {
    return new StorageException(
        ErrorCode.STORAGE_FAILED,
        "The metadata of table '%s' contradicts itself, so no Iceberg reader can read it: %s. Roll the table back, or remove the file and rewrite its rows"
            .formatted(table.name(), refusal.getMessage()),
        refusal);
  }
}
