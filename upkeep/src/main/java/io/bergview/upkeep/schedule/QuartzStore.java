package io.bergview.upkeep.schedule;

import io.bergview.catalog.Secrets;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import io.bergview.settings.QuartzSettings;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.impl.StdSchedulerFactory;

/** Makes Quartz schedulers: one whose triggers are in memory, or one of several that share them. */
final class QuartzStore {
  /** A shared scheduler's threads wait for the refreshes that they began. */
  private static final int SHARED_THREADS = 64;

  private static final int OWN_THREADS = 2;
  private static final int CONNECTIONS = 5;
  private static final String DATABASE = "bergview";

  private QuartzStore() {}

  /**
   * A scheduler that is not started yet. It does not check for updates of Quartz, and keeps no
   * process alive.
   *
   * @throws StorageException {@code CATALOG_UNREACHABLE} if the database cannot be used; the
   *     message contains no secret
   */
  static Scheduler scheduler(Optional<QuartzSettings> shared, Secrets secrets) {
    Properties properties = new Properties();
    properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
    properties.setProperty("org.quartz.scheduler.makeSchedulerThreadDaemon", "true");
    properties.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
    properties.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
    properties.setProperty("org.quartz.threadPool.threadNamePrefix", "bergview-ticks");
    try {
      if (shared.isEmpty()) {
        properties.setProperty("org.quartz.scheduler.instanceName", "own-" + UUID.randomUUID());
        properties.setProperty("org.quartz.threadPool.threadCount", "" + OWN_THREADS);
        properties.setProperty("org.quartz.jobStore.class", "org.quartz.simpl.RAMJobStore");
      } else {
        QuartzTables.create(shared.get());
        share(shared.get(), properties);
      }
      return new StdSchedulerFactory(properties).getScheduler();
    } catch (SchedulerException | java.sql.SQLException | RuntimeException e) {
      throw new StorageException(
          ErrorCode.CATALOG_UNREACHABLE,
          secrets.mask(
              "The schedules cannot be kept in %s: %s"
                  .formatted(shared.map(QuartzSettings::url).orElse("memory"), root(e))));
    }
  }

  private static void share(QuartzSettings shared, Properties properties) {
    String store = "org.quartz.jobStore.";
    String source = "org.quartz.dataSource." + DATABASE + ".";
    properties.setProperty("org.quartz.scheduler.instanceName", shared.name());
    properties.setProperty(
        "org.quartz.scheduler.instanceId",
        shared.instance().orElse(StdSchedulerFactory.AUTO_GENERATE_INSTANCE_ID));
    properties.setProperty("org.quartz.threadPool.threadCount", "" + SHARED_THREADS);
    properties.setProperty(store + "class", "org.quartz.impl.jdbcjobstore.JobStoreTX");
    properties.setProperty(
        store + "driverDelegateClass", "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate");
    properties.setProperty(
        store + "driverDelegateInitString",
        "triggerPersistenceDelegateClasses=" + TickTriggerStore.class.getName());
    properties.setProperty(store + "useProperties", "true");
    properties.setProperty(store + "isClustered", "true");
    // Otherwise two processes that find a trigger at the same time may both fire it, one after the
    // other.
    properties.setProperty(store + "acquireTriggersWithinLock", "true");
    properties.setProperty(
        store + "clusterCheckinInterval", "" + Math.max(1, shared.checkIn().toMillis()));
    properties.setProperty(store + "dataSource", DATABASE);
    properties.setProperty(source + "provider", "hikaricp");
    properties.setProperty(source + "driver", "org.postgresql.Driver");
    properties.setProperty(source + "URL", shared.url());
    shared.user().ifPresent(user -> properties.setProperty(source + "user", user));
    shared.password().ifPresent(password -> properties.setProperty(source + "password", password));
    properties.setProperty(source + "maxConnections", "" + CONNECTIONS);
  }

  static String root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
  }
}
