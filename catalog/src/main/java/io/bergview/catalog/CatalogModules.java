package io.bergview.catalog;

import io.bergview.catalog.CatalogSettings.CatalogType;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.NotFoundException;
import java.util.List;
import java.util.Map;

/**
 * The jars that some kinds of catalog need and Bergview does not come with. Without this check
 * Iceberg's words on a class that is missing would be all that a user sees.
 */
final class CatalogModules {
  /**
   * @param classes of Iceberg's module, and of the client that it calls
   * @param jars how the user names them
   */
  private record Module(List<String> classes, String jars) {}

  private static final Map<CatalogType, Module> MODULES =
      Map.of(
          CatalogType.HIVE,
          new Module(
              List.of(
                  "org.apache.iceberg.hive.HiveCatalog",
                  "org.apache.hadoop.hive.metastore.RetryingMetaStoreClient"),
              "iceberg-hive-metastore-*.jar and Hive's metastore client (in a checkout:"
                  + " mvn package -pl hive, then hive/target/lib/*)"),
          CatalogType.NESSIE,
          new Module(
              List.of(
                  "org.apache.iceberg.nessie.NessieCatalog",
                  "org.projectnessie.client.NessieClientBuilder"),
              "iceberg-nessie-*.jar and nessie-client-*.jar with what they depend on"),
          CatalogType.GLUE,
          new Module(
              List.of(
                  "org.apache.iceberg.aws.glue.GlueCatalog",
                  "software.amazon.awssdk.services.glue.GlueClient"),
              "iceberg-aws-*.jar and iceberg-aws-bundle-*.jar"),
          CatalogType.BIGQUERY,
          new Module(
              List.of("org.apache.iceberg.gcp.bigquery.BigQueryMetastoreCatalog"),
              "iceberg-bigquery-*.jar with what it depends on"));

  private CatalogModules() {}

  /**
   * @throws NotFoundException {@code CATALOG_MODULE_MISSING}
   */
  static void require(CatalogSettings settings) {
    Module module = MODULES.get(settings.kind());
    if (module != null && !module.classes().stream().allMatch(CatalogModules::isThere)) {
      throw new NotFoundException(
          ErrorCode.CATALOG_MODULE_MISSING,
          "Catalog '%s' is of type %s, which needs %s; name these jars in BERGVIEW_CLASSPATH"
              .formatted(settings.name(), CatalogForms.name(settings.kind()), module.jars()));
    }
  }

  private static boolean isThere(String name) {
    try {
      Class.forName(name, false, CatalogModules.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError missing) {
      return false;
    }
  }
}
