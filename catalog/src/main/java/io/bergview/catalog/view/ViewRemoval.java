package io.bergview.catalog.view;

import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.catalog.Catalogs;
import io.bergview.catalog.storage.LocalFileIO;
import io.bergview.catalog.storage.Locations;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.RefusedException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.util.PropertyUtil;

/**
 * Drops a view with its files.
 *
 * <p>Iceberg's own purge deletes all files that the metadata references, including those registered
 * from another table; it is never used. Only files inside the table's own location are deleted:
 * those that the table references, and, if the storage can list, unreferenced ones older than the
 * safety age. {@code gc.enabled=false} keeps all files. What is published of the view goes first,
 * since only the table says what that is. Then the catalog's entry is removed, then the files: a
 * crash in between leaves orphans, never a table without its files. Only a Hadoop catalog has no
 * entry apart from the folder: it deletes the folder itself.
 */
final class ViewRemoval {
  private final Catalogs catalogs;
  private final Clock clock;
  private final Duration safetyAge;

  ViewRemoval(Catalogs catalogs, Clock clock, Duration safetyAge) {
    this.catalogs = catalogs;
    this.clock = clock;
    this.safetyAge = safetyAge;
  }

  ViewRegistry.Dropped drop(ViewTable view) {
    Table table = view.table();
    boolean collect =
        PropertyUtil.propertyAsBoolean(
            table.properties(), TableProperties.GC_ENABLED, TableProperties.GC_ENABLED_DEFAULT);
    boolean hadoop = catalogs.settings(view.catalog()).kind() == CatalogType.HADOOP;
    if (hadoop && !collect) {
      throw new RefusedException(
          ErrorCode.POLICY_REFUSED,
          "View %s has gc.enabled=false, and a Hadoop catalog drops no table without its files; set gc.enabled=true first"
              .formatted(view.view()));
    }
    if (collect) {
      refuseSharedLocation(view);
    }
    Set<String> reachable = collect ? ReachableFiles.of(table) : Set.of();
    new PublishedViews(catalogs).remove(view);
    catalogs.catalog(view.catalog()).dropTable(view.identifier(), false);
    if (!collect) {
      return new ViewRegistry.Dropped(view.view(), view.tableName(), 0, 0);
    }
    return hadoop ? folderDropped(view, reachable) : deleteFiles(view, reachable);
  }

  private static ViewRegistry.Dropped folderDropped(ViewTable view, Set<String> reachable) {
    String location = view.table().location();
    long inside = reachable.stream().filter(file -> Locations.isInside(file, location)).count();
    return new ViewRegistry.Dropped(
        view.view(), view.tableName(), inside, reachable.size() - inside);
  }

  private ViewRegistry.Dropped deleteFiles(ViewTable view, Set<String> reachable) {
    String location = view.table().location();
    ViewFolder folder = new ViewFolder(view.table(), List.of());
    Set<String> inside = new TreeSet<>();
    reachable.stream().filter(folder::holds).forEach(inside::add);
    int outside = reachable.size() - inside.size();
    inside.addAll(oldOrphans(folder, inside));
    int deleted = folder.delete(inside).size();
    if (Locations.isLocal(location)) {
      LocalFileIO.deleteEmptyDirectories(location);
    }
    return new ViewRegistry.Dropped(
        view.view(), view.tableName(), deleted, outside + inside.size() - deleted);
  }

  private Set<String> oldOrphans(ViewFolder folder, Set<String> known) {
    Set<String> keys = new TreeSet<>();
    known.forEach(file -> keys.add(ReachableFiles.key(file)));
    long youngest = clock.instant().minus(safetyAge).toEpochMilli();
    Set<String> orphans = new TreeSet<>();
    for (FileInfo file : folder.files().orElse(List.of())) {
      if (file.createdAtMillis() < youngest
          && !keys.contains(ReachableFiles.key(file.location()))) {
        orphans.add(file.location());
      }
    }
    return orphans;
  }

  private void refuseSharedLocation(ViewTable view) {
    new Neighbours(catalogs)
        .of(view).keySet().stream()
            .findFirst()
            .ifPresent(
                other -> {
                  throw new RefusedException(
                      ErrorCode.POLICY_REFUSED,
                      "The folder of view %s, %s, is also that of table %s; move that table first, or set gc.enabled=false on %s to drop the view without its files"
                          .formatted(
                              view.view(), view.table().location(), other, view.identifier()));
                });
  }
}
