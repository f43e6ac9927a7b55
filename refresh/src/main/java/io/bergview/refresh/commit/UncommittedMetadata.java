package io.bergview.refresh.commit;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.BaseMetastoreTableOperations;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableMetadataParser;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metadata files of commits that a catalog has refused. Iceberg writes them under names that it
 * does not tell, and leaves them; they are known by the snapshot that only they hold.
 */
final class UncommittedMetadata {
  private static final Logger LOG = LoggerFactory.getLogger(UncommittedMetadata.class);
  private static final Pattern VERSION = Pattern.compile(".*/([0-9]+)-[^/]*\\.metadata\\.json");

  private UncommittedMetadata() {}

  /**
   * The metadata files of one refused commit.
   *
   * @param base what was to be replaced; null where a table was to be made
   * @param metadata what was refused
   * @return locations; none where they cannot be found
   */
  static List<String> of(
      @Nullable TableMetadata base, TableMetadata metadata, TableOperations table, FileIO io) {
    Snapshot snapshot = metadata.currentSnapshot();
    if (snapshot == null
        || !(table instanceof BaseMetastoreTableOperations)
        || !(io instanceof SupportsPrefixOperations files)) {
      return List.of();
    }
    try {
      String folder = table.temp(metadata).metadataFileLocation("x").replaceFirst("/x$", "");
      int version = base == null ? 0 : version(String.valueOf(base.metadataFileLocation())) + 1;
      List<String> found = new ArrayList<>();
      for (FileInfo file : files.listPrefix(folder)) {
        if (version(file.location()) == version
            && TableMetadataParser.read(io, file.location()).snapshot(snapshot.snapshotId())
                != null) {
          found.add(file.location());
        }
      }
      return found;
    } catch (RuntimeException e) {
      LOG.warn("Metadata files of a refused commit were not found and are left as orphans", e);
      return List.of();
    }
  }

  private static int version(String location) {
    Matcher version = VERSION.matcher(location);
    return version.matches() ? Integer.parseInt(version.group(1)) : -1;
  }
}
