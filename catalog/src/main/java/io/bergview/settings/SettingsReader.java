package io.bergview.settings;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.definition.EngineChoice;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.NodeReader;
import io.bergview.settings.SettingsTable.Maintenance;
import io.bergview.settings.SettingsTable.Quartz;
import io.bergview.settings.SettingsTable.Serve;
import io.bergview.settings.SettingsTable.Settings;
import io.bergview.settings.SettingsTable.Spark;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code bergview.yaml} as {@link SettingsTable} declares it, but for its catalogs. */
public final class SettingsReader {
  private final SettingValues values;
  private final Interpolation interpolation;

  /**
   * @param reader is told what is wrong
   * @param environment that {@code ${env:NAME}} reads
   */
  public SettingsReader(NodeReader reader, Path project, Map<String, String> environment) {
    this.interpolation = new Interpolation(project, environment);
    this.values = new SettingValues(reader, project, interpolation);
  }

  /** Of a file that says nothing, where no environment does. */
  static SettingsReader ofNothing() {
    return new SettingsReader(new NodeReader("", Set.of()), Path.of(""), Map.of());
  }

  /**
   * What the file says.
   *
   * @param catalogs as they are written, like the other maps
   */
  public record Sections(
      Optional<Node> catalogs,
      Optional<Node> defaultCatalog,
      Optional<Node> settings,
      Optional<Node> maintenance,
      Optional<Node> serve,
      EngineChoice engine,
      Optional<Node> spark) {}

  /** The sections of the file; null where it is empty. */
  public Sections sections(@Nullable Node document) {
    Section.Values file = SettingsTable.FILE.read(document, values);
    return new Sections(
        file.get(SettingsTable.CATALOGS),
        file.get(SettingsTable.DEFAULT_CATALOG),
        file.get(SettingsTable.SETTINGS),
        file.get(SettingsTable.MAINTENANCE),
        file.get(SettingsTable.SERVE),
        file.get(SettingsTable.ENGINE),
        file.get(SettingsTable.SPARK));
  }

  /** A text, a number, true or false, with {@code ${...}} filled in. */
  public Optional<String> text(Node node) {
    return values.text(node);
  }

  /**
   * The text with {@code ${...}} filled in.
   *
   * @throws IllegalArgumentException where that cannot be
   */
  public String filled(String text) {
    return interpolation.fill(text);
  }

  public ProjectSettings settings(Optional<Node> node) {
    Section.Values settings = Settings.SECTION.read(node.orElse(null), values);
    return new ProjectSettings(
        settings.get(Settings.MEMORY_LIMIT).map(OptionalLong::of).orElse(OptionalLong.empty()),
        settings.get(Settings.THREADS).map(OptionalInt::of).orElse(OptionalInt.empty()),
        settings.get(Settings.TEMP_DIRECTORY),
        settings.get(Settings.TEMP_LIMIT).map(OptionalLong::of).orElse(OptionalLong.empty()),
        settings.get(Settings.CACHE_DIRECTORY),
        settings.get(Settings.CACHE_LIMIT),
        settings.get(Settings.TARGET_FILE_SIZE),
        settings.get(Settings.SAFETY_AGE));
  }

  public SparkSettings spark(Optional<Node> node) {
    Section.Values spark = Spark.SECTION.read(node.orElse(null), values);
    return new SparkSettings(
        spark.get(Spark.HOME),
        spark.get(Spark.MASTER),
        spark.get(Spark.DRIVER_MEMORY).map(OptionalLong::of).orElse(OptionalLong.empty()),
        spark.get(Spark.SESSION),
        spark.get(Spark.IDLE),
        spark.get(Spark.THRESHOLD),
        spark.get(Spark.JAR),
        spark.get(Spark.RUNTIME),
        spark.get(Spark.CONF).orElse(Map.of()));
  }

  public MaintenanceSettings maintenance(Optional<Node> node) {
    Section.Values limits = Maintenance.SECTION.read(node.orElse(null), values);
    int least = limits.get(Maintenance.MIN_SNAPSHOTS);
    int most = limits.get(Maintenance.MAX_SNAPSHOTS);
    if (most < least && limits.has(Maintenance.MAX_SNAPSHOTS) && !values.reader().hasProblems()) {
      limits.problem(
          ProblemKind.WRONG_VALUE,
          Maintenance.MAX_SNAPSHOTS,
          "max-snapshots (%d) is less than min-snapshots (%d)".formatted(most, least));
    }
    return new MaintenanceSettings(
        limits.get(Maintenance.COMMITS),
        new MaintenanceLimits(
            limits.get(Maintenance.RETENTION),
            limits.get(Maintenance.READER_GRACE),
            least,
            Math.max(least, most),
            limits.get(Maintenance.MANY_MANIFESTS),
            limits.get(Maintenance.SMALL_FILES),
            limits.get(Maintenance.NEW_FILES),
            limits.get(Maintenance.DELETE_FILES),
            limits.get(Maintenance.DELETE_SHARE)),
        new LeaseSettings(limits.get(Maintenance.LEASES), limits.get(Maintenance.LEASE_AGE)));
  }

  public ServeSettings serve(Optional<Node> node) {
    Section.Values serve = Serve.SECTION.read(node.orElse(null), values);
    return new ServeSettings(
        serve.get(Serve.WORKERS),
        serve.get(Serve.REFRESH_TIMEOUT),
        serve.get(Serve.ATTEMPTS),
        serve.get(Serve.BACKOFF),
        serve.get(Serve.BACKOFF_LIMIT),
        serve.get(Serve.POLL_INTERVAL),
        serve.get(Serve.STOP_TIMEOUT),
        serve.get(Serve.QUARTZ),
        new ListenSettings(
            serve.get(Serve.ADDRESS),
            serve.get(Serve.PORT),
            serve.has(Serve.TOKEN)
                ? serve.get(Serve.TOKEN)
                : values.variable(ListenSettings.TOKEN_VARIABLE)),
        serve.get(Serve.OPEN_LINEAGE),
        serve.get(Serve.HOOKS).orElse(List.of()));
  }

  static Optional<QuartzSettings> quartz(Node node, SettingValues values) {
    Section.Values quartz = Quartz.SECTION.read(node, values);
    return quartz
        .get(Quartz.URL)
        .map(
            url ->
                new QuartzSettings(
                    url,
                    quartz.get(Quartz.USER),
                    quartz.get(Quartz.PASSWORD),
                    quartz.get(Quartz.NAME),
                    quartz.get(Quartz.INSTANCE),
                    quartz.get(Quartz.CHECK_IN)));
  }
}
