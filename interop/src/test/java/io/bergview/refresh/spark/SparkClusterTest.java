package io.bergview.refresh.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.api.Bergview;
import io.bergview.api.BergviewOptions;
import io.bergview.catalog.Project;
import io.bergview.cli.Console;
import io.bergview.cli.Main;
import io.bergview.errors.ErrorCode;
import io.bergview.history.HistoryEntry;
import io.bergview.history.ViewEvent;
import io.bergview.maintain.MaintenanceRequest;
import io.bergview.projection.definition.EngineChoice;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshOutcome;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshRequest;
import io.bergview.refresh.RefreshResult;
import io.bergview.verify.VerifyOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Refreshes on a cluster of two executors, of which processes are killed. The driver fails if it
 * gets more than metadata.
 */
@Tag("long")
class SparkClusterTest {
  private static final String VIEW = "OrderDetails";
  private static final String GROUPS = "DailyRevenue";
  private static final int SECONDS = 300;

  @TempDir private static Path home;
  private static Path project;
  private static StandaloneCluster cluster;
  private static Bergview bergview;
  private static final Phases PHASES = new Phases();

  /** What refreshes say, and what is done when they say it. */
  private static final class Phases implements RefreshProgress {
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private volatile String awaited = "";
    private volatile Runnable then = () -> {};

    void at(String phase, Runnable action) {
      awaited = phase;
      then = action;
    }

    void clear() {
      seen.clear();
      awaited = "";
    }

    @Override
    public void phase(String view, String entered) {
      seen.add(entered);
      if (entered.equals(awaited)) {
        awaited = "";
        then.run();
      }
    }

    @Override
    public void advance(String view, double fraction, String detail) {}
  }

  @BeforeAll
  static void start() throws Exception {
    Path spark = SparkHomes.make();
    Path module = SparkHomes.module(home.resolve("bergview-spark-test.jar"));
    project = home.resolve("shop");
    run("demo", "--dir", project.toString(), "--scale", "1");
    cluster = StandaloneCluster.start(spark, home.resolve("cluster"), 2);
    // Many small tasks, so that something is left to be done when a process is killed.
    Map<String, String> many =
        Map.of(
            "spark.sql.adaptive.enabled",
            "false",
            "spark.sql.shuffle.partitions",
            "6",
            "spark.sql.autoBroadcastJoinThreshold",
            "-1",
            // Less than a third of the view's rows in Spark's form: they cannot pass the driver.
            "spark.driver.maxResultSize",
            "1m");
    Files.writeString(
        project.resolve(Project.FILE),
        cluster.settings(module, many) + "settings: {safety-age: 1s}\n");
    bergview = Bergview.open(project, new BergviewOptions(Clock.systemUTC(), PHASES));
  }

  @AfterAll
  static void end() {
    if (bergview != null) {
      bergview.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  @BeforeEach
  void forget() {
    PHASES.clear();
  }

  private static void run(String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    int exitCode =
        Main.run(
            args,
            new Console(
                InputStream.nullInputStream(), out, out, false, false, home, Clock.systemUTC()));
    assertThat(exitCode).describedAs(bytes.toString(StandardCharsets.UTF_8)).isZero();
  }

  private static void change() {
    run("generate", "shop", "--changes", "1", "--share", "1", "--project", project.toString());
  }

  private static RefreshResult refresh(RefreshRequest request) {
    RefreshOutcome outcome = attempt(request);
    assertThat(outcome.failures()).isEmpty();
    return outcome.done().get(outcome.done().size() - 1);
  }

  private static RefreshOutcome attempt(RefreshRequest request) {
    return bergview.refreshView(request.by(EngineChoice.SPARK));
  }

  private static CompletableFuture<RefreshOutcome> start(RefreshRequest request) {
    return CompletableFuture.supplyAsync(() -> attempt(request));
  }

  private static void assertEqualsItsRecompute(String view) {
    assertThat(bergview.verifyView(view, VerifyOptions.defaults()).differences()).isZero();
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(project.resolve("warehouse"))) {
      return all.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  /** Until a task has written a file, or the refresh is over. */
  private static void awaitFile(List<Path> before, CompletableFuture<?> refresh) {
    StandaloneCluster.await(() -> refresh.isDone() || files().size() > before.size());
    assertThat(refresh).isNotDone();
  }

  @Test
  void aViewAndItsChangesEqualTheirRecompute() {
    assertThat(refresh(RefreshRequest.of(VIEW).fully()).kind()).isEqualTo(RefreshKind.FULL);
    assertThat(cluster.executors()).hasSize(2);
    change();
    for (String view : List.of(VIEW, GROUPS)) {
      assertThat(refresh(RefreshRequest.of(view)).kind()).isEqualTo(RefreshKind.MERGE);
      assertEqualsItsRecompute(view);
    }
  }

  @Test
  void anExecutorKilledWhileItWritesDoublesNothing() throws Exception {
    List<Path> before = files();
    CompletableFuture<RefreshOutcome> refresh = start(RefreshRequest.of(VIEW).fully());
    awaitFile(before, refresh);
    StandaloneCluster.kill(cluster.executors().subList(0, 1));
    RefreshOutcome outcome = refresh.get(SECONDS, TimeUnit.SECONDS);
    assertThat(outcome.failures()).isEmpty();
    assertEqualsItsRecompute(VIEW);
  }

  @Test
  void executorsLostWithComputedRowsLetTheRefreshPlanAgain() {
    change();
    PHASES.at("writing", () -> StandaloneCluster.kill(cluster.executors()));
    assertThat(refresh(RefreshRequest.of(VIEW)).kind()).isEqualTo(RefreshKind.MERGE);
    assertThat(PHASES.seen).contains("planning again");
    assertEqualsItsRecompute(VIEW);
  }

  @Test
  void aDriverKilledWhileItWritesLeavesTheViewAsItWas() throws Exception {
    run("refreshView", VIEW, "--project", project.toString());
    bergview.vacuumView(MaintenanceRequest.of(VIEW));
    HistoryEntry newest = newest();
    List<Path> before = files();
    CompletableFuture<RefreshOutcome> refresh = start(RefreshRequest.of(VIEW).fully());
    awaitFile(before, refresh);
    StandaloneCluster.kill(List.of(cluster.driver()));
    assertThat(refresh.get(SECONDS, TimeUnit.SECONDS).failures())
        .singleElement()
        .satisfies(failure -> assertThat(failure.error().code()).isEqualTo(ErrorCode.SPARK_FAILED));
    assertThat(newest()).isEqualTo(newest);
    assertEqualsItsRecompute(VIEW);

    change();
    assertThat(refresh(RefreshRequest.of(VIEW)).kind()).isEqualTo(RefreshKind.MERGE);
    assertEqualsItsRecompute(VIEW);
    Thread.sleep(1_500);
    assertThat(bergview.vacuumView(MaintenanceRequest.of(VIEW)).done())
        .singleElement()
        .satisfies(result -> assertThat(result.freed().orphans()).isPositive());
    assertEqualsItsRecompute(VIEW);
  }

  private static HistoryEntry newest() {
    return bergview.history(VIEW, 3).stream()
        .filter(ViewEvent.class::isInstance)
        .findFirst()
        .orElseThrow();
  }
}
