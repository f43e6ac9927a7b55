package io.bergview.pipeline.cache;

import static java.util.Objects.requireNonNull;

import org.apache.iceberg.ContentFile;
import org.apache.iceberg.Table;

/**
 * A file of a table. Iceberg's own writers never give one name to two files, but registered files
 * have foreign names, and a table that was dropped and recreated may reuse them all.
 *
 * @param origin distinguishes the file from another of the same name and length: its table, and the
 *     sequence number of the commit that added it
 */
public record StoredFile(String location, long lengthBytes, String origin) {
  public StoredFile {
    requireNonNull(location, "location is null");
    requireNonNull(origin, "origin is null");
  }

  public static StoredFile of(Table table, ContentFile<?> file) {
    return new StoredFile(
        file.location(), file.fileSizeInBytes(), table.uuid() + " " + file.fileSequenceNumber());
  }
}
