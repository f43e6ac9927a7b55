package io.bergview.maintain;

import io.bergview.catalog.view.ReachableFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileInfo;

/**
 * Metadata files that are no longer in the table's metadata log. The log keeps the last {@code
 * write.metadata.previous-versions-max}, of which Iceberg deletes none here, since every commit
 * would wait for that.
 *
 * <p>They are deleted at any age. A file of a version below those of the log was current once, or
 * belongs to a commit that must fail because its base is no longer current.
 */
final class OldMetadata {
  /** As catalogs name them: {@code 00012-UUID.metadata.json}, Hadoop's {@code v12}, perhaps gz. */
  private static final Pattern NAME =
      Pattern.compile("(?:v(\\d+)|(\\d+)-[^/]*?)(?:\\.gz)?\\.metadata\\.json(?:\\.gz)?");

  private final Set<String> named = new TreeSet<>();
  private final OptionalLong oldest;

  OldMetadata(Table table) {
    TableMetadata metadata = ((HasTableOperations) table).operations().current();
    List<String> locations = new ArrayList<>(List.of(metadata.metadataFileLocation()));
    metadata.previousFiles().forEach(entry -> locations.add(entry.file()));
    locations.forEach(location -> named.add(ReachableFiles.key(location)));
    List<OptionalLong> versions = locations.stream().map(OldMetadata::version).toList();
    this.oldest =
        versions.stream().allMatch(OptionalLong::isPresent)
            ? versions.stream().mapToLong(OptionalLong::getAsLong).min()
            : OptionalLong.empty();
  }

  /** Whether the current metadata names a file as its own or an earlier version. */
  boolean names(String location) {
    return named.contains(ReachableFiles.key(location));
  }

  /** Whether a file of the table's folder is an old version. */
  boolean is(FileInfo file) {
    OptionalLong version = version(file.location());
    return version.isPresent()
        && oldest.isPresent()
        && version.getAsLong() < oldest.getAsLong()
        && !names(file.location());
  }

  static OptionalLong version(String location) {
    Matcher matcher = NAME.matcher(location.substring(location.lastIndexOf('/') + 1));
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    String digits = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    return digits.length() > 18 ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(digits));
  }
}
