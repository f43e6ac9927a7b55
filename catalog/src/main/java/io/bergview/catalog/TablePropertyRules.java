package io.bergview.catalog;

import static java.util.Map.entry;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;
import org.jspecify.annotations.Nullable;

/**
 * Table properties that anyone may set, and that Iceberg parses in the middle of a commit or an
 * expiry: an invalid value is refused beforehand, with the property's name. Properties that are not
 * read here are not checked.
 */
public final class TablePropertyRules {
  private static final Pattern LOCATION = Pattern.compile("/.*|[A-Za-z][A-Za-z0-9+.-]*:/.*");

  /** What a value must be. */
  private sealed interface Rule permits Whole, Location, OneOf {
    boolean allows(String value);

    String words();
  }

  private record Whole(long least, long most) implements Rule {
    @Override
    public boolean allows(String value) {
      try {
        long number = Long.parseLong(value);
        return number >= least && number <= most;
      } catch (NumberFormatException e) {
        return false;
      }
    }

    @Override
    public String words() {
      return "a whole number from %d to %d".formatted(least, most);
    }
  }

  private record Location() implements Rule {
    @Override
    public boolean allows(String value) {
      return value.indexOf('\0') < 0 && LOCATION.matcher(value).matches();
    }

    @Override
    public String words() {
      return "an absolute path or a URI";
    }
  }

  private record OneOf(List<String> values) implements Rule {
    @Override
    public boolean allows(String value) {
      return values.contains(value.toLowerCase(Locale.ROOT));
    }

    @Override
    public String words() {
      return String.join(" or ", values);
    }
  }

  private static final Rule COUNT = new Whole(1, Integer.MAX_VALUE);
  private static final Rule COUNT_OR_NONE = new Whole(0, Integer.MAX_VALUE);
  private static final Rule MILLIS = new Whole(0, Long.MAX_VALUE);
  private static final Rule WAIT_MILLIS = new Whole(0, Integer.MAX_VALUE);
  private static final Rule BYTES = new Whole(1, Long.MAX_VALUE);
  private static final Rule PLACE = new Location();

  private static final Map<String, Rule> OF_COMMITS =
      Map.ofEntries(
          entry(TableProperties.COMMIT_NUM_RETRIES, COUNT_OR_NONE),
          entry(TableProperties.COMMIT_MIN_RETRY_WAIT_MS, WAIT_MILLIS),
          entry(TableProperties.COMMIT_MAX_RETRY_WAIT_MS, WAIT_MILLIS),
          entry(TableProperties.COMMIT_TOTAL_RETRY_TIME_MS, WAIT_MILLIS),
          entry(TableProperties.COMMIT_NUM_STATUS_CHECKS, COUNT_OR_NONE),
          entry(TableProperties.COMMIT_STATUS_CHECKS_MIN_WAIT_MS, MILLIS),
          entry(TableProperties.COMMIT_STATUS_CHECKS_MAX_WAIT_MS, MILLIS),
          entry(TableProperties.COMMIT_STATUS_CHECKS_TOTAL_WAIT_MS, MILLIS),
          entry(TableProperties.MANIFEST_TARGET_SIZE_BYTES, BYTES),
          entry(TableProperties.MANIFEST_MIN_MERGE_COUNT, COUNT),
          entry(TableProperties.METADATA_PREVIOUS_VERSIONS_MAX, COUNT),
          entry(TableProperties.METADATA_COMPRESSION, new OneOf(List.of("none", "gzip"))),
          entry(TableProperties.FORMAT_VERSION, new Whole(1, 3)),
          entry(TableProperties.WRITE_PARTITION_SUMMARY_LIMIT, COUNT_OR_NONE),
          entry(TableProperties.METRICS_MAX_INFERRED_COLUMN_DEFAULTS, COUNT_OR_NONE),
          entry(TableProperties.MAX_SNAPSHOT_AGE_MS, MILLIS),
          entry(TableProperties.MIN_SNAPSHOTS_TO_KEEP, COUNT),
          entry(TableProperties.MAX_REF_AGE_MS, MILLIS),
          entry(TableProperties.WRITE_DATA_LOCATION, PLACE),
          entry(TableProperties.WRITE_METADATA_LOCATION, PLACE),
          entry(TableProperties.OBJECT_STORE_PATH, PLACE),
          entry(TableProperties.WRITE_FOLDER_STORAGE_LOCATION, PLACE));

  private TablePropertyRules() {}

  /**
   * Before a commit, or an expiry of snapshots.
   *
   * @param table its name, for display
   * @throws StorageException {@code TABLE_PROPERTY_INVALID}
   */
  public static void checkForCommit(String table, Map<String, String> properties) {
    properties.forEach(
        (name, value) -> {
          Rule rule = OF_COMMITS.get(name);
          if (rule != null && !rule.allows(value)) {
            throw refused(table, name, value, rule.words(), null);
          }
        });
  }

  /**
   * The names under which files without field ids have a table's columns, where the table says.
   *
   * @throws StorageException {@code TABLE_PROPERTY_INVALID}
   */
  public static Optional<NameMapping> nameMapping(Table table) {
    String name = TableProperties.DEFAULT_NAME_MAPPING;
    String json = table.properties().get(name);
    if (json == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(NameMappingParser.fromJson(json));
    } catch (RuntimeException e) {
      throw refused(table.name(), name, json, "a name mapping, in JSON as Iceberg has it", e);
    }
  }

  /**
   * What decides where a table's files go.
   *
   * @param table its name, for display
   * @param provider makes it
   * @throws StorageException {@code TABLE_PROPERTY_INVALID} where the table names a class that
   *     cannot be used
   */
  public static LocationProvider locationProvider(
      String table, Map<String, String> properties, Supplier<LocationProvider> provider) {
    try {
      return provider.get();
    } catch (RuntimeException e) {
      String name = TableProperties.WRITE_LOCATION_PROVIDER_IMPL;
      String value = properties.get(name);
      if (value == null) {
        throw e;
      }
      String wanted = "the name of a location provider's class that Bergview can load";
      throw refused(table, name, value, wanted, e);
    }
  }

  private static StorageException refused(
      String table, String name, String value, String wanted, @Nullable Exception cause) {
    return new StorageException(
        ErrorCode.TABLE_PROPERTY_INVALID,
        "Property '%s' of table %s is '%s', but must be %s; correct or unset it with the engine that set it"
            .formatted(name, table, shortened(value), wanted),
        cause);
  }

  private static String shortened(String value) {
    String shown = value.replace("\0", "\\u0000");
    return shown.length() <= 100 ? shown : shown.substring(0, 100) + "...";
  }
}
