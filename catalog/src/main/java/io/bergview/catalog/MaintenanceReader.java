package io.bergview.catalog;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.NodeReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the {@code maintenance} of {@code bergview.yaml}. */
final class MaintenanceReader {
  static final List<String> KEYS =
      List.of(
          "commits",
          "retention",
          "reader-grace",
          "min-snapshots",
          "max-snapshots",
          "many-manifests",
          "small-files",
          "new-files",
          "delete-files",
          "delete-share");
  private static final int MOST = 1_000_000;

  private final NodeReader reader;
  private final SettingValues values;

  MaintenanceReader(NodeReader reader, SettingValues values) {
    this.reader = reader;
    this.values = values;
  }

  MaintenanceSettings read(@Nullable Node node) {
    MaintenanceSettings defaults = MaintenanceSettings.defaults();
    if (node == null) {
      return defaults;
    }
    Map<String, Node> keys =
        reader
            .map(node, "a map of limits of maintenance")
            .map(map -> reader.known(map, KEYS))
            .orElse(Map.of());
    MaintenanceLimits usual = defaults.limits();
    int commits = number(keys, "commits", 1, defaults.commits());
    int least = number(keys, "min-snapshots", 1, usual.minSnapshots());
    int most = number(keys, "max-snapshots", 1, Math.max(least, usual.maxSnapshots()));
    if (most < least) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          keys.getOrDefault("max-snapshots", node),
          "max-snapshots (%d) is less than min-snapshots (%d)".formatted(most, least));
      return defaults;
    }
    return new MaintenanceSettings(
        commits,
        new MaintenanceLimits(
            values.span(keys, "retention").orElse(usual.retention()),
            values.span(keys, "reader-grace").orElse(usual.readerGrace()),
            least,
            most,
            number(keys, "many-manifests", 2, usual.manyManifests()),
            number(keys, "small-files", 2, usual.smallFiles()),
            number(keys, "new-files", 1, usual.newFiles()),
            number(keys, "delete-files", 1, usual.deleteFiles()),
            Optional.ofNullable(keys.get("delete-share"))
                .flatMap(reader::share)
                .orElse(usual.deleteShare())));
  }

  private int number(Map<String, Node> keys, String key, int smallest, int otherwise) {
    return values.integer(keys, key, smallest, MOST).orElse(otherwise);
  }
}
