package io.bergview.catalog.view;

import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.SourceSnapshot;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.plan.SourceTable;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The lineage of a registered view, checked against its definition: a source of the definition that
 * the lineage does not name would never be watched, so such a view would look fresh for ever.
 */
public final class ViewLineage {
  private ViewLineage() {}

  /**
   * As {@link LineageLookup#of(org.apache.iceberg.Table)}; lost also where rows of the present
   * version of the definition are said to be derived from other tables than it reads.
   */
  public static LineageLookup of(RegisteredView view) {
    LineageLookup lookup = LineageLookup.of(view.table());
    return lookup instanceof LineageLookup.RecordedLineage found
            && found.lineage().definitionVersion() == view.definitionVersion()
        ? checked(found, view)
        : lookup;
  }

  private static LineageLookup checked(LineageLookup.RecordedLineage found, RegisteredView view) {
    Set<String> named =
        names(
            found.lineage().sources().stream()
                .filter(SourceSnapshot::direct)
                .map(SourceSnapshot::table));
    Set<String> mentioned =
        names(view.definition().sources().values().stream().map(StoredDefinition.Source::table));
    if (named.equals(mentioned)) {
      return found;
    }
    Set<String> read =
        names(FrozenTypes.resolve(view, Map.of()).sources().stream().map(SourceTable::table));
    if (named.containsAll(read) && mentioned.containsAll(named)) {
      return found;
    }
    return new LineageLookup.LostLineage(
        LineageLookup.Cause.LINEAGE_LOST,
        "The lineage in snapshot %d of table %s names as sources %s, but the definition of view %s reads %s"
            .formatted(
                found.snapshotId(), view.table().name(), list(named), view.name(), list(read)));
  }

  private static Set<String> names(Stream<TableName> tables) {
    return tables.map(TableName::toString).collect(Collectors.toCollection(TreeSet::new));
  }

  private static String list(Set<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }
}
