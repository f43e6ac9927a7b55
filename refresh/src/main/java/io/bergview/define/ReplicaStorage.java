package io.bergview.define;

import io.bergview.catalog.Catalogs;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.definition.ViewDefinition;
import io.bergview.refresh.write.Replication;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.Table;

/**
 * Whether the storage of a view's files keeps as many copies of each as {@code $replication} says,
 * by the scheme of their location: HDFS does, a disk keeps one, object stores keep copies by
 * themselves.
 */
final class ReplicaStorage {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*");
  private static final String LOCAL = "file";

  private ReplicaStorage() {}

  /**
   * What there is to note of the number of copies; empty if the view has none, or it is kept.
   *
   * @param table of the view, there or not
   * @throws io.bergview.errors.DefinitionException for storage that keeps copies by itself, or has
   *     fewer nodes than copies are to be kept
   */
  static Optional<String> note(ViewDefinition view, TableName table, Catalogs catalogs) {
    Optional<String> place =
        view.layout().replication().isEmpty() ? Optional.empty() : place(table, catalogs);
    if (place.isEmpty()) {
      return Optional.empty();
    }
    String scheme = scheme(place.get());
    int copies = view.layout().replication().getAsInt();
    if (Replication.isKeptBy(scheme)) {
      refuseMoreThanNodes(view, copies, table, place.get(), catalogs);
      return Optional.empty();
    }
    if (scheme.equals(LOCAL)) {
      return Optional.of(
          "$replication is %d, and has no effect here: files on a disk have one copy, HDFS keeps several"
              .formatted(copies));
    }
    throw view.origin()
        .failure(
            ProblemKind.WRONG_VALUE,
            "$replication",
            "view %s cannot have %d copies of each file: its files are in %s, where storage keeps copies by itself and takes no number; leave it out"
                .formatted(view.name(), copies, place.get()));
  }

  private static void refuseMoreThanNodes(
      ViewDefinition view, int copies, TableName table, String place, Catalogs catalogs) {
    OptionalInt nodes = Replication.dataNodes(catalogs.hadoop(catalogs.nameFor(table)), place);
    if (nodes.isPresent() && copies > nodes.getAsInt()) {
      throw view.origin()
          .failure(
              ProblemKind.WRONG_VALUE,
              "$replication",
              "view %s cannot have %d copies of each file: %s has %d data %s, each of which keeps one"
                  .formatted(
                      view.name(),
                      copies,
                      place,
                      nodes.getAsInt(),
                      nodes.getAsInt() == 1 ? "node" : "nodes"));
    }
  }

  private static Optional<String> place(TableName table, Catalogs catalogs) {
    return catalogs
        .find(table)
        .map(Table::location)
        .or(
            () ->
                Optional.ofNullable(
                    catalogs
                        .settings(catalogs.nameFor(table))
                        .properties()
                        .get(CatalogProperties.WAREHOUSE_LOCATION)))
        .filter(location -> location.startsWith("/") || SCHEME.matcher(location).matches());
  }

  private static String scheme(String location) {
    Matcher scheme = SCHEME.matcher(location);
    return scheme.matches() ? scheme.group(1).toLowerCase(Locale.ROOT) : LOCAL;
  }
}
