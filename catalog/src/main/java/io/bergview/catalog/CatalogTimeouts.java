package io.bergview.catalog;

import io.bergview.catalog.CatalogSettings.CatalogType;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;

/**
 * For how long a server of a catalog may be silent, where the project does not say otherwise. The
 * clients by themselves wait for minutes or for ever.
 */
final class CatalogTimeouts {
  private static final String POSTGRES_URI = "jdbc:postgresql:";

  /** Milliseconds; a server may need long for a commit. */
  private static final Map<String, String> REST =
      Map.of(
          "rest.client.connection-timeout-ms", "10000", "rest.client.socket-timeout-ms", "50000");

  /**
   * Seconds, and the states of a connection that a server has ended, which is opened again: Iceberg
   * knows only those of one that broke.
   */
  private static final Map<String, String> POSTGRES =
      Map.of("jdbc.socketTimeout", "50", "retryable_status_codes", "57P01,57P02,57P05");

  /** For the Hadoop configuration, below what {@code hive-site.xml} says. */
  static final Map<String, String> HIVE =
      Map.of(
          "hive.metastore.client.socket.timeout", "20s",
          "hive.metastore.connect.retries", "1",
          "iceberg.hive.lock-timeout-ms", "50000",
          "iceberg.hive.lock-creation-timeout-ms", "50000");

  private CatalogTimeouts() {}

  /**
   * @param properties to which is added what they leave open
   */
  static void add(CatalogType kind, Map<String, String> properties) {
    if (kind == CatalogType.REST) {
      REST.forEach(properties::putIfAbsent);
    }
    if (properties.getOrDefault(CatalogProperties.URI, "").startsWith(POSTGRES_URI)) {
      POSTGRES.forEach(properties::putIfAbsent);
    }
  }
}
