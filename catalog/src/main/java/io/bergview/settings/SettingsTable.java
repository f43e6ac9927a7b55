package io.bergview.settings;

import io.bergview.projection.definition.EngineChoice;
import io.bergview.projection.text.Node;
import io.bergview.settings.HookSettings.Trigger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every setting of {@code bergview.yaml}, declared once: what the reader takes, the defaults and
 * the tables of docs/configuration.md follow from here.
 */
final class SettingsTable {
  private static final int MOST = 1_000_000;

  static final Section FILE = new Section("", "a map of catalogs and settings");
  static final Setting<Optional<Node>> CATALOGS =
      FILE.optional(
          "catalogs",
          SettingType.node("map"),
          "one, `lake`",
          "[Iceberg catalogs](#catalogs) by name");
  static final Setting<Optional<Node>> DEFAULT_CATALOG =
      FILE.optional(
          "default-catalog",
          SettingType.node("text"),
          "`lake`, or the only one",
          "the catalog of tables that are named without one");
  static final Setting<Optional<Node>> SETTINGS =
      FILE.optional(
          "settings",
          SettingType.node("map"),
          "the defaults",
          "[memory, threads, folders and files](#settings)");
  static final Setting<Optional<Node>> MAINTENANCE =
      FILE.optional(
          "maintenance",
          SettingType.node("map"),
          "the defaults",
          "[how much of the past is kept, and when files are merged](#maintenance)");
  static final Setting<Optional<Node>> SERVE =
      FILE.optional(
          "serve", SettingType.node("map"), "the defaults", "[what `bergview serve` does](#serve)");
  static final Setting<EngineChoice> ENGINE =
      FILE.setting(
          "engine",
          SettingType.ENGINE,
          "embedded",
          "[what computes refreshes](spark.md#choosing) of views that do not say: `auto` is Spark"
              + " from a size on");
  static final Setting<Optional<Node>> SPARK =
      FILE.optional(
          "spark", SettingType.node("map"), "the defaults", "[Apache Spark as engine](#spark)");

  /** {@code settings}. */
  static final class Settings {
    static final Section SECTION = new Section("settings", "a map of settings");
    static final Setting<Optional<Long>> MEMORY_LIMIT =
        SECTION.optional(
            "memory-limit",
            SettingType.SIZE,
            "the session's choice",
            "what a refresh may hold in memory before it spills");
    static final Setting<Optional<Integer>> THREADS =
        SECTION.optional(
            "threads", SettingType.count(1, 4_096), "one a processor", "of the session");
    static final Setting<Path> TEMP_DIRECTORY =
        SECTION.setting(
            "temp-directory",
            SettingType.PATH,
            ".bergview/temp",
            "where it spills to and prepares files");
    static final Setting<Optional<Long>> TEMP_LIMIT =
        SECTION.optional("temp-limit", SettingType.SIZE, "none", "how much may be spilled");
    static final Setting<Path> CACHE_DIRECTORY =
        SECTION.setting(
            "cache-directory",
            SettingType.PATH,
            ".bergview/cache",
            "what was read of remote files; processes may share it where its file system has locks");
    static final Setting<Long> CACHE_LIMIT =
        SECTION.setting(
            "cache-limit",
            SettingType.SIZE,
            "10GiB",
            "of all that together; files in use stay, so that it may be passed for a while");
    static final Setting<Long> TARGET_FILE_SIZE =
        SECTION.setting("target-file-size", SettingType.SIZE, "512MiB", "of a data file");
    static final Setting<Duration> SAFETY_AGE =
        SECTION.setting(
            "safety-age",
            SettingType.DURATION,
            "3d",
            "unreferenced files younger than this are never deleted: a refresh may be writing"
                + " them");

    private Settings() {}
  }

  /** {@code maintenance}. */
  static final class Maintenance {
    static final Section SECTION = new Section("maintenance", "a map of limits of maintenance");

    /** Each commit leaves a snapshot, a metadata file, a manifest or two and a few files. */
    static final Setting<Integer> COMMITS =
        SECTION.setting(
            "commits",
            SettingType.count(1, MOST),
            "20",
            "after so many commits to a view `serve` keeps its table bounded");

    static final Setting<Duration> RETENTION =
        SECTION.setting(
            "retention",
            SettingType.POSITIVE_DURATION,
            "7d",
            "how long snapshots are kept, where neither the view's `$refresh.retention` nor"
                + " `--retention-days` says");
    static final Setting<Duration> READER_GRACE =
        SECTION.setting(
            "reader-grace",
            SettingType.POSITIVE_DURATION,
            "5m",
            "so long the files of a view stay after they were replaced, however few snapshots are"
                + " kept: [queries may be reading them](maintenance.md#readers)");
    static final Setting<Integer> MIN_SNAPSHOTS =
        SECTION.setting(
            "min-snapshots",
            SettingType.count(1, MOST),
            "2",
            "so many are kept however old they are, where the table has no"
                + " `history.expire.min-snapshots-to-keep`");

    /** Where it is not set, no less than {@link #MIN_SNAPSHOTS}. */
    static final Setting<Integer> MAX_SNAPSHOTS =
        SECTION.setting(
            "max-snapshots",
            SettingType.count(1, MOST),
            "100",
            "no more are kept, besides those that something else holds");

    static final Setting<Integer> MANY_MANIFESTS =
        SECTION.setting(
            "many-manifests",
            SettingType.count(2, MOST),
            "50",
            "from so many small ones on manifests are merged");
    static final Setting<Integer> SMALL_FILES =
        SECTION.setting(
            "small-files",
            SettingType.count(2, MOST),
            "5",
            "so many small data files of a partition are rewritten as fewer");
    static final Setting<Integer> NEW_FILES =
        SECTION.setting(
            "new-files",
            SettingType.count(1, MOST),
            "40",
            "`serve` looks for small files when so many data and delete files have come since the"
                + " last time");
    static final Setting<Integer> DELETE_FILES =
        SECTION.setting(
            "delete-files",
            SettingType.count(1, MOST),
            "5",
            "so many delete files that apply to one data file are folded in");
    static final Setting<Double> DELETE_SHARE =
        SECTION.setting(
            "delete-share",
            SettingType.SHARE,
            "10%",
            "such a share of deleted rows of a data file is folded in");
    static final Setting<Boolean> LEASES =
        SECTION.setting(
            "leases",
            SettingType.FLAG,
            "false",
            "whether views hold [leases](leases.md) on the source snapshots that they have read,"
                + " where `$refresh.pin` does not say");
    static final Setting<Duration> LEASE_AGE =
        SECTION.setting(
            "lease-age",
            SettingType.POSITIVE_DURATION,
            "7d",
            "how long a lease lasts without being renewed, where `$refresh.pin` does not say");

    private Maintenance() {}
  }

  /** {@code serve}. */
  static final class Serve {
    static final Section SECTION = new Section("serve", "a map of settings of serve");
    static final Setting<Integer> WORKERS =
        SECTION.setting(
            "workers", SettingType.count(1, 256), "2", "how many refreshes run at once");
    static final Setting<Duration> REFRESH_TIMEOUT =
        SECTION.setting(
            "refresh-timeout",
            SettingType.POSITIVE_DURATION,
            "1h",
            "a refresh that takes longer is cancelled and counts as failed");
    static final Setting<Integer> ATTEMPTS =
        SECTION.setting(
            "attempts",
            SettingType.count(1, 100),
            "5",
            "how often a refresh is tried before it is given up");
    static final Setting<Duration> BACKOFF =
        SECTION.setting(
            "backoff",
            SettingType.POSITIVE_DURATION,
            "1s",
            "the wait before the second attempt; it doubles with each further one");
    static final Setting<Duration> BACKOFF_LIMIT =
        SECTION.setting("backoff-limit", SettingType.POSITIVE_DURATION, "5m", "no wait is longer");
    static final Setting<Duration> POLL_INTERVAL =
        SECTION.setting(
            "poll-interval",
            SettingType.POSITIVE_DURATION,
            "1s",
            "how often the catalogs are asked which tables others have committed to");
    static final Setting<Duration> STOP_TIMEOUT =
        SECTION.setting(
            "stop-timeout",
            SettingType.DURATION,
            "30s",
            "how long [a stop](serving.md#stop) waits for the refreshes that run, and then for"
                + " requests, before it cancels them");
    static final Setting<Optional<QuartzSettings>> QUARTZ =
        SECTION.optional(
            "quartz",
            new SettingType<>("map", SettingsReader::quartz),
            "none",
            "a database in which several processes [share their"
                + " schedules](#postgresql-several-machines)");
    static final Setting<String> ADDRESS =
        SECTION.setting(
            "address",
            SettingType.NOT_BLANK,
            ListenSettings.DEFAULT_ADDRESS,
            "where it listens. Any address but this machine's own needs a token");
    static final Setting<Integer> PORT =
        SECTION.setting("port", SettingType.count(0, 65_535), "8710", "0 takes any that is free");
    static final Setting<Optional<String>> TOKEN =
        SECTION.optional(
            "token",
            SettingType.NOT_BLANK,
            "none",
            "what requests must show, at least 16 characters; without this key `"
                + ListenSettings.TOKEN_VARIABLE
                + "` of the environment, where that is set");
    static final Setting<Optional<LineageEventSettings>> OPEN_LINEAGE =
        SECTION.optional(
            "open-lineage",
            new SettingType<>("map", LineageEventReader::read),
            "nowhere",
            "where [OpenLineage events](serving.md#openlineage) go, of `refreshView` too:"
                + " `transport`, and the `namespace` of the jobs");
    static final Setting<Optional<List<HookSettings>>> HOOKS =
        SECTION.optional(
            "hooks",
            new SettingType<>("list of maps", HookReader::read),
            "nothing",
            "[what is done](serving.md#hooks) when a refresh is given up, recomputes unexpectedly,"
                + " or a view stays behind; also of `refreshView --due`");

    private Serve() {}
  }

  /** {@code spark}. */
  static final class Spark {
    static final Section SECTION = new Section("spark", "a map of settings of Spark");
    static final Setting<Optional<Path>> HOME =
        SECTION.optional(
            "home",
            SettingType.PATH,
            "what `SPARK_HOME` says, else where `spark-submit` is on the `PATH`",
            "the folder of Spark 4.1");
    static final Setting<String> MASTER =
        SECTION.setting(
            "master",
            SettingType.NOT_BLANK,
            "local[*]",
            "where Spark computes: `local[*]`, `spark://host:7077`, `yarn`, `k8s://...`");
    static final Setting<Optional<Long>> DRIVER_MEMORY =
        SECTION.optional(
            "driver-memory",
            SettingType.SIZE,
            "Spark's own, 1 GiB",
            "the driver's heap; with `local[*]` it is all that a refresh has");
    static final Setting<SparkSettings.Session> SESSION =
        SECTION.setting(
            "session",
            SettingType.SESSION,
            "keep",
            "`keep`: one driver serves all refreshes of a process; `once`: each starts its own");
    static final Setting<Duration> IDLE =
        SECTION.setting(
            "idle",
            SettingType.POSITIVE_DURATION,
            "10m",
            "a kept driver ends when it had nothing to do for so long");
    static final Setting<Long> THRESHOLD =
        SECTION.setting(
            "threshold",
            SettingType.SIZE,
            "32GB",
            "the engine `auto` is Spark for so many bytes of data files or more");
    static final Setting<Optional<Path>> JAR =
        SECTION.optional(
            "jar",
            SettingType.PATH,
            "beside Bergview's own",
            "Bergview's module for Spark, `bergview-spark-*.jar`");
    static final Setting<Optional<Path>> RUNTIME =
        SECTION.optional(
            "runtime",
            SettingType.PATH,
            "among Spark's jars",
            "Iceberg's runtime for Spark, `iceberg-spark-runtime-4.1_2.13-*.jar`");
    static final Setting<Optional<Map<String, String>>> CONF =
        SECTION.optional(
            "conf",
            new SettingType<>("map of texts", SparkReader::conf),
            "none",
            "further settings of Spark, such as `spark.executor.memory`; they are never logged");

    private Spark() {}
  }

  /** {@code serve.quartz}. */
  static final class Quartz {
    static final Section SECTION =
        new Section("serve.quartz", "a map such as {url: 'jdbc:postgresql://host/database'}");
    static final Setting<Optional<String>> URL =
        SECTION.required(
            "url",
            SettingType.POSTGRESQL_URL,
            "quartz needs the url of a database, jdbc:postgresql://...",
            "of the database");
    static final Setting<Optional<String>> USER =
        SECTION.optional("user", SettingType.TEXT, "the driver's own", "who logs in");
    static final Setting<Optional<String>> PASSWORD =
        SECTION.optional(
            "password",
            SettingType.TEXT,
            "the driver's own",
            "of that user; it belongs in the environment");
    static final Setting<String> NAME =
        SECTION.setting(
            "name",
            SettingType.NAME,
            "bergview",
            "processes of one name share their schedules: one for each project");
    static final Setting<Optional<String>> INSTANCE =
        SECTION.optional(
            "instance", SettingType.NAME, "made up", "of this process, different from all others");
    static final Setting<Duration> CHECK_IN =
        SECTION.setting(
            "check-in",
            SettingType.POSITIVE_DURATION,
            "7.5s",
            "how often a process says that it is alive. One that is silent that long and some"
                + " seconds more is taken to be dead");

    private Quartz() {}
  }

  /** {@code serve.open-lineage}. */
  static final class OpenLineage {
    static final Section SECTION =
        new Section("serve.open-lineage", "a map of settings of OpenLineage");
    static final Setting<Optional<Map<String, Object>>> TRANSPORT =
        SECTION.required(
            "transport",
            new SettingType<>("map", LineageEventReader::transport),
            "'transport' is missing: where the events go",
            "the settings of the OpenLineage client: `type: console`; `type: file` with `location`;"
                + " `type: http` with `url`, and optionally `endpoint`, `auth`, `headers`,"
                + " `timeoutInMillis`, `compression`. A relative `location` is relative to the"
                + " project");
    static final Setting<Optional<String>> NAMESPACE =
        SECTION.optional("namespace", SettingType.TEXT, "`bergview`", "of the jobs");

    private OpenLineage() {}
  }

  /** An entry of {@code serve.hooks}. */
  static final class Hook {
    static final Section SECTION = new Section("serve.hooks", "a hook");
    static final Setting<Optional<Set<Trigger>>> ON =
        SECTION.required(
            "on",
            new SettingType<>(
                "one or several of `" + String.join("`, `", HookReader.TRIGGERS.keySet()) + "`",
                HookReader::triggers),
            "'on' is missing: the events that trigger the hook",
            "the events that trigger the hook");
    static final Setting<List<String>> VIEWS =
        SECTION.setting(
            "views", SettingType.TEXTS, "*", "the names of views, in which `*` matches any text");
    static final Setting<Optional<List<String>>> COMMAND =
        SECTION.optional(
            "command",
            new SettingType<>("list of texts", HookReader::command),
            "none",
            "the program to run, then its arguments; a hook has either this or a `webhook`");
    static final Setting<Optional<URI>> WEBHOOK =
        SECTION.optional("webhook", SettingType.WEB_URL, "none", "the URL to post to");
    static final Setting<Optional<Map<String, String>>> HEADERS =
        SECTION.optional(
            "headers",
            new SettingType<>("map of texts", HookReader::headers),
            "none",
            "of a webhook's requests");
    static final Setting<Duration> STALE_LIMIT =
        SECTION.setting(
            "stale-limit",
            SettingType.POSITIVE_DURATION,
            "1h",
            "how long a view may be behind its sources before it counts as `stale`");
    static final Setting<Duration> TIMEOUT =
        SECTION.setting(
            "timeout", SettingType.POSITIVE_DURATION, "30s", "the action is given up after this");

    private Hook() {}
  }

  private SettingsTable() {}
}
