package io.bergview.catalog.view;

import static java.util.Objects.requireNonNull;

import io.bergview.catalog.storage.Locations;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.SupportsPrefixOperations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of a view's table: the only place in which Bergview deletes files. What lies in the
 * folder of another table within it belongs to that table and is neither listed nor deleted.
 */
public final class ViewFolder {
  private static final Logger LOG = LoggerFactory.getLogger(ViewFolder.class);
  private static final String METADATA_FILE = ".metadata.json";
  private static final String VERSION_HINT = "version-hint.text";

  private final String location;
  private final FileIO io;
  private final Set<String> others;

  /**
   * @param others locations of other tables that lie within this one
   */
  public ViewFolder(Table table, Collection<String> others) {
    this.location = requireNonNull(table, "table is null").location();
    this.io = table.io();
    this.others = new HashSet<>(others);
  }

  /** Whether a file lies in the folder, and in that of no other table. */
  public boolean holds(String file) {
    return Locations.isInside(file, location)
        && others.stream().noneMatch(other -> Locations.isInside(file, other));
  }

  /**
   * All files of the folder; empty where the storage cannot list. Folders that hold metadata of a
   * table of their own are left out, from now on also by {@link #holds}, whether a catalog knows
   * that table or not.
   */
  public Optional<List<FileInfo>> files() {
    return files(location);
  }

  /** The files of a folder within it. */
  Optional<List<FileInfo>> files(String folder) {
    if (!(io instanceof SupportsPrefixOperations listing)) {
      return Optional.empty();
    }
    List<FileInfo> files = new ArrayList<>();
    listing.listPrefix(folder + "/").forEach(files::add);
    files.forEach(file -> tableAround(file.location()).ifPresent(others::add));
    return Optional.of(files.stream().filter(file -> holds(file.location())).toList());
  }

  /** The folder of metadata of the table itself, where it has the usual place. */
  public Optional<List<FileInfo>> metadataFiles() {
    return files(location + "/metadata");
  }

  /** The location of the table whose metadata a file is, where that is another one. */
  private Optional<String> tableAround(String file) {
    if (!file.endsWith(METADATA_FILE) && !file.endsWith("/" + VERSION_HINT)) {
      return Optional.empty();
    }
    String folder = parent(parent(file));
    return folder.isEmpty() || !Locations.isInside(folder, location)
        ? Optional.empty()
        : Optional.of(folder);
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /**
   * Deletes those of some files that lie in the folder. One that cannot be deleted is logged.
   *
   * @return those deleted
   */
  public Set<String> delete(Collection<String> files) {
    Set<String> deleted = new LinkedHashSet<>();
    for (String file : files) {
      if (holds(file)) {
        try {
          io.deleteFile(file);
          deleted.add(file);
        } catch (RuntimeException e) {
          LOG.warn("The file {} is not used any more and could not be deleted", file, e);
        }
      }
    }
    return deleted;
  }
}
