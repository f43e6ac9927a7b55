package io.bergview.catalog;

import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.errors.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the catalog property that was probably mistyped. Which properties there are depends on the
 * catalog, its storage and their versions, so that an unknown one passes through, unless it is
 * nearly one that is known: {@code warehuose} would be ignored in silence.
 */
final class MistypedProperties {
  private static final Set<String> COMMON =
      Set.of(
          "type",
          "catalog-impl",
          "io-impl",
          "uri",
          "warehouse",
          "clients",
          "lock-impl",
          "cache-enabled",
          "metrics-reporter-impl",
          "unique-table-location",
          "client.region",
          "s3.endpoint",
          "s3.region",
          "s3.access-key-id",
          "s3.secret-access-key",
          "s3.session-token",
          "s3.path-style-access",
          "local.sync");

  private static final Map<CatalogType, Set<String>> OF_TYPE =
      Map.of(
          CatalogType.JDBC,
          Set.of(
              "jdbc.user",
              "jdbc.password",
              "jdbc.schema-version",
              "jdbc.init-catalog-tables",
              "jdbc.strict-mode"),
          CatalogType.REST,
          Set.of("credential", "token", "prefix", "scope", "oauth2-server-uri"),
          CatalogType.HIVE,
          Set.of("list-all-tables", "clients"),
          CatalogType.NESSIE,
          Set.of("ref", "authentication.type", "authentication.token"),
          CatalogType.GLUE,
          Set.of("glue.id", "glue.endpoint", "glue.skip-archive", "glue.skip-name-validation"));

  /** Of what is short, much is near. */
  private static final int SHORTEST = 5;

  private MistypedProperties() {}

  /**
   * @throws IllegalArgumentException with a message for the user
   */
  static void refuse(CatalogSettings catalog) {
    List<String> known = new ArrayList<>(COMMON);
    known.addAll(OF_TYPE.getOrDefault(catalog.kind(), Set.of()));
    for (String key : catalog.properties().keySet()) {
      if (!known.contains(key) && key.length() >= SHORTEST) {
        Suggestions.nearest(key, known)
            .filter(near -> Suggestions.isSlipOf(key, near))
            .ifPresent(
                near -> {
                  throw new IllegalArgumentException(
                      "catalog '%s' has the unknown property '%s' (did you mean '%s'?)"
                          .formatted(catalog.name(), key, near));
                });
      }
    }
  }
}
