package io.bergview.catalog.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bergview.catalog.DirectExecutor;
import io.bergview.catalog.ManifestReading;
import io.bergview.catalog.TablePropertyRules;
import io.bergview.catalog.commit.SettledOperations;
import io.bergview.catalog.lineage.Lineage;
import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.catalog.lineage.SummaryKeys;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotAncestryValidator;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.UpdateProperties;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.exceptions.ValidationException;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the definition of an existing view, atomically.
 *
 * <p>Iceberg's properties have no compare-and-set: two writers of {@code bergview.definition} would
 * both succeed, and a refresh planned on the old definition could commit after the new one. So the
 * properties travel in a transaction with an empty snapshot, and that snapshot is checked, on every
 * retry against fresh metadata: the view's current snapshot and its definition version must still
 * be the ones seen. Every refresh and every redefinition makes a snapshot, so the second one fails.
 * The version alone is not enough: it stays the same if only settings or the layout change.
 *
 * <p>The empty snapshot carries the lineage forward, since the rows are still those of the last
 * refresh; the lineage names the definition version that produced them, which shows that they are
 * outdated.
 *
 * <p>If the rows match the new definition too, no full refresh follows: partitions and sort order
 * then change here, for files written from now on.
 */
final class ViewRedefinition {
  private static final int HIGHEST = 1_000_000_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private ViewRedefinition() {}

  /** The properties of a view with this definition version. */
  static Map<String, String> properties(NewView view, int version) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(ViewProperties.VIEW, view.name());
    properties.put(ViewProperties.DEFINITION, view.definition().toJson());
    properties.put(ViewProperties.DEFINITION_HASH, view.definition().hash());
    properties.put(ViewProperties.DEFINITION_VERSION, Integer.toString(version));
    properties.putAll(ViewProperties.refreshSettings(view.definition().view().refresh()));
    view.definition()
        .view()
        .description()
        .ifPresent(text -> properties.put(ViewProperties.COMMENT, text));
    return properties;
  }

  /**
   * The version of the definition that a table holds.
   *
   * @throws StorageException {@code FORMAT_UNSUPPORTED} if the property is not a version
   */
  static int version(String view, Table table) {
    String text = table.properties().getOrDefault(ViewProperties.DEFINITION_VERSION, "1");
    return version(text)
        .orElseThrow(
            () ->
                StoredDefinitionText.unreadable(
                    view,
                    "the property %s is '%s', not a whole number from 1"
                        .formatted(ViewProperties.DEFINITION_VERSION, text),
                    null));
  }

  private static OptionalInt version(@Nullable String text) {
    try {
      int version = text == null ? 0 : Integer.parseInt(text);
      return version > 0 && version < HIGHEST ? OptionalInt.of(version) : OptionalInt.empty();
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }

  /** One more than any version that the table names, be the property of the last one damaged. */
  static int next(Table table) {
    int last = version(table.properties().get(ViewProperties.DEFINITION_VERSION)).orElse(1);
    for (Snapshot snapshot : table.snapshots()) {
      Map<String, String> summary = snapshot.summary() == null ? Map.of() : snapshot.summary();
      last = Math.max(last, version(summary.get(SummaryKeys.DEFINITION_VERSION)).orElse(1));
    }
    return last + 1;
  }

  /**
   * Commits on the state in which the table was loaded.
   *
   * @param version of the new definition
   * @throws ConflictException {@code COMMIT_CONFLICT} or {@code COMMIT_STATE_UNKNOWN}
   * @throws io.bergview.errors.StorageException {@code TABLE_PROPERTY_INVALID}
   */
  static void commit(NewView view, Table table, int version) {
    TablePropertyRules.checkForCommit(table.name(), table.properties());
    Snapshot seen = table.currentSnapshot();
    String seenVersion = versionText(table);
    Transaction transaction = SettledOperations.newTransaction(table);
    try {
      commitSnapshot(
          table, transaction, new UnchangedDefinition(transaction, seen, seenVersion), version);
      Snapshot made = transaction.table().currentSnapshot();
      if (madeBy(table, version)) {
        LayoutEvolution.evolve(transaction, view.spec(), view.sortOrder());
      }
      commitProperties(view, table, transaction, made, version);
      transaction.commitTransaction();
    } catch (CommitStateUnknownException e) {
      throw new ConflictException(
          ErrorCode.COMMIT_STATE_UNKNOWN,
          "It is not known whether the new definition of view %s was committed; define it again"
              .formatted(view.name()),
          e);
    } catch (ValidationException | CommitFailedException | NoSuchTableException e) {
      throw new ConflictException(
          ErrorCode.COMMIT_CONFLICT,
          "View %s was changed by somebody else at the same time; nothing was changed here, try again"
              .formatted(view.name()),
          e);
    }
  }

  private static String versionText(Table table) {
    return table.properties().getOrDefault(ViewProperties.DEFINITION_VERSION, "");
  }

  private static void commitSnapshot(
      Table table, Transaction transaction, UnchangedDefinition unchanged, int version) {
    Snapshot current = transaction.table().currentSnapshot();
    int manifests = current == null ? 0 : current.allManifests(table.io()).size();
    AppendFiles empty =
        transaction
            .newAppend()
            .scanManifestsWith(ManifestReading.executor(table, manifests))
            .writeManifestsWith(new DirectExecutor(), 1);
    carriedLineage(table).forEach(empty::set);
    empty.set(SummaryKeys.CHANGE, SummaryKeys.CHANGE_DEFINITION);
    empty.set(SummaryKeys.DEFINITION_VERSION, Integer.toString(version));
    empty.validateWith(unchanged);
    empty.commit();
  }

  /** Whether the rows are those of this version, and the table's columns then, too. */
  private static boolean madeBy(Table table, int version) {
    return LineageLookup.of(table) instanceof LineageLookup.RecordedLineage found
        && found.lineage().definitionVersion() == version;
  }

  private static Map<String, String> carriedLineage(Table table) {
    return LineageLookup.of(table) instanceof LineageLookup.RecordedLineage found
        ? found.carriedOn()
        : Map.of();
  }

  private static void commitProperties(
      NewView view, Table table, Transaction transaction, Snapshot made, int version) {
    Map<String, String> properties = new LinkedHashMap<>(view.properties());
    properties.putAll(properties(view, version));
    if (made.summary().containsKey(SummaryKeys.REFRESH_STATE)) {
      properties.put(ViewProperties.LINEAGE, Lineage.mirrorOf(made));
    }
    properties.remove(TableProperties.FORMAT_VERSION);
    UpdateProperties update = transaction.updateProperties();
    PublishedRecord.unpublish(table.properties(), view.definition().view().publish())
        .ifPresentOrElse(
            names -> update.set(ViewProperties.UNPUBLISH, names),
            () -> update.remove(ViewProperties.UNPUBLISH));
    for (String old : table.properties().keySet()) {
      if (isOurs(old) && !properties.containsKey(old)) {
        update.remove(old);
      }
    }
    if (!properties.containsKey(ViewProperties.COMMENT) && isDescribed(table.properties())) {
      update.remove(ViewProperties.COMMENT);
    }
    properties.forEach(update::set);
    update.commit();
  }

  /** Whether a table's comment is the description of the view that it holds, and nobody else's. */
  private static boolean isDescribed(Map<String, String> properties) {
    String comment = properties.get(ViewProperties.COMMENT);
    try {
      return comment != null
          && JSON.readTree(properties.getOrDefault(ViewProperties.DEFINITION, "{}"))
              .at("/view/$description")
              .asText()
              .equals(comment);
    } catch (JsonProcessingException damaged) {
      return false;
    }
  }

  /** Properties that only a definition sets. */
  private static boolean isOurs(String property) {
    return property.startsWith(ViewProperties.REFRESH_PREFIX)
        || property.startsWith(TableProperties.PARQUET_BLOOM_FILTER_COLUMN_ENABLED_PREFIX);
  }

  /** Passes while the view is unchanged since it was loaded; checked again on every retry. */
  private record UnchangedDefinition(
      Transaction transaction, @Nullable Snapshot seen, String seenVersion)
      implements SnapshotAncestryValidator {
    @Override
    public boolean validate(Iterable<Snapshot> ancestry) {
      Iterator<Snapshot> snapshots = ancestry.iterator();
      Long current = snapshots.hasNext() ? snapshots.next().snapshotId() : null;
      return Objects.equals(current, seen == null ? null : seen.snapshotId())
          && versionText(transaction.table()).equals(seenVersion);
    }

    @Override
    public String errorMessage() {
      return "the view was changed since it was read";
    }
  }
}
