package io.bergview.refresh.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bergview.catalog.Project;
import io.bergview.cli.Console;
import io.bergview.cli.Main;
import io.bergview.errors.BergviewException;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.CancelledException;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshProgress;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.RunningSession;
import io.bergview.settings.SparkSettings;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drivers of Spark, started as users' are, with Bergview's jars beside Spark's. */
@Tag("long")
class SparkProcessTest {
  private static final String DRIVER = "io.bergview.spark.driver.BehavingDriver";

  @TempDir private static Path home;
  private static Path project;
  private static Path spark;
  private static Path module;

  private final List<SparkProcess> started = Collections.synchronizedList(new ArrayList<>());

  @BeforeAll
  static void demo() throws Exception {
    spark = SparkHomes.make();
    module = SparkHomes.module(home.resolve("bergview-spark-test.jar"));
    project = home.resolve("shop");
    run("demo", "--dir", project.toString(), "--scale", "0.01");
    Files.createDirectories(project.resolve("views"));
    Files.writeString(
        project.resolve("views").resolve("sources.yaml"),
        "$type: NeverRefreshed\n$from: Order\n$engine: spark\n");
    run("apply", "--project", project.toString());
  }

  private static String run(String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    int exitCode =
        Main.run(
            args,
            new Console(
                InputStream.nullInputStream(), out, out, false, false, home, Clock.systemUTC()));
    assertThat(exitCode).describedAs(bytes.toString(StandardCharsets.UTF_8)).isZero();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @AfterEach
  void endAll() {
    started.forEach(SparkProcess::close);
  }

  private static Project settings(String more) throws Exception {
    Files.writeString(
        project.resolve(Project.FILE),
        """
        spark:
          home: %s
          master: local[1]
          driver-memory: 600MiB
          jar: %s
        %s
        """
            .formatted(spark, module, more.indent(2)));
    return Project.open(project);
  }

  private RemoteSpark engine(String more) throws Exception {
    Project open = settings(more);
    SparkSettings spark = open.spark();
    return new RemoteSpark(
        spark,
        () -> {
          SparkProcess process =
              RemoteSpark.start(
                  open, Clock.systemUTC(), System.getenv(), SparkJars.of(spark), DRIVER);
          started.add(process);
          return process;
        });
  }

  private static EngineTask task(String view) {
    return new EngineTask(view, false, true, true, Instant.EPOCH, Map.of());
  }

  private static RefreshResult refresh(RemoteSpark engine, String view) {
    return engine.refresh(task(view), RefreshProgress.SILENT, new RunningSession());
  }

  private static final class Until implements RefreshProgress {
    private final String phase;
    private final CountDownLatch reached = new CountDownLatch(1);

    Until(String phase) {
      this.phase = phase;
    }

    @Override
    public void phase(String view, String entered) {
      if (entered.equals(phase)) {
        reached.countDown();
      }
    }

    @Override
    public void advance(String view, double fraction, String detail) {}

    void await() throws Exception {
      assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void oneDriverRunsSeveralTasksAndEndsWithTheEngine() throws Exception {
    RemoteSpark engine = engine("");
    RefreshResult planned = refresh(engine, "NeverRefreshed");
    assertThat(planned.kind()).isEqualTo(RefreshKind.FULL);
    assertThat(planned.reason()).isEqualTo("FIRST_REFRESH");

    RunningSession cancelled = new RunningSession();
    Until sleeping = new Until("sleeping");
    CompletableFuture<Throwable> asleep =
        CompletableFuture.supplyAsync(
            () -> catchThrowable(() -> engine.refresh(task("Sleep"), sleeping, cancelled)));
    sleeping.await();
    assertThat(refresh(engine, "NeverRefreshed"))
        .usingRecursiveComparison()
        .ignoringFields("durationMs")
        .isEqualTo(planned);
    assertThatThrownBy(() -> refresh(engine, "Conflict"))
        .isInstanceOf(ConflictException.class)
        .hasMessage("somebody was first")
        .satisfies(e -> assertThat(((BergviewException) e).details()).containsExactly("detail"));
    assertThatThrownBy(() -> refresh(engine, "Bug"))
        .isInstanceOf(BergviewException.class)
        .hasMessage("View Bug was not refreshed: Spark failed: IllegalStateException: it broke")
        .extracting("code")
        .isEqualTo(ErrorCode.SPARK_FAILED);
    assertThatThrownBy(() -> refresh(engine, "Nope"))
        .extracting("code")
        .isEqualTo(ErrorCode.VIEW_NOT_FOUND);
    cancelled.cancel();
    assertThat(asleep.get(20, TimeUnit.SECONDS)).isInstanceOf(CancelledException.class);
    assertThat(refresh(engine, "NeverRefreshed").kind()).isEqualTo(RefreshKind.FULL);

    assertThat(started).hasSize(1);
    engine.close();
    assertThat(started.get(0).isAlive()).isFalse();
    try (Stream<Path> left = Files.list(project.resolve(".bergview/temp"))) {
      assertThat(left.filter(file -> file.getFileName().toString().startsWith("spark-"))).isEmpty();
    }
  }

  @Test
  void aDriverThatIsKilledFailsItsTaskAndTheNextOneGetsAnother() throws Exception {
    RemoteSpark engine = engine("");
    Until sleeping = new Until("sleeping");
    CompletableFuture<Throwable> asleep =
        CompletableFuture.supplyAsync(
            () ->
                catchThrowable(
                    () -> engine.refresh(task("Sleep"), sleeping, new RunningSession())));
    sleeping.await();
    started.get(0).handle().destroyForcibly();
    assertThat(asleep.get(20, TimeUnit.SECONDS))
        .hasMessageMatching(
            "View Sleep was not refreshed: Spark's driver ended with exit code 137 .*"
                + "\\.bergview/spark-[0-9-]+\\.log")
        .extracting("code")
        .isEqualTo(ErrorCode.SPARK_FAILED);

    assertThat(refresh(engine, "NeverRefreshed").kind()).isEqualTo(RefreshKind.FULL);
    assertThat(started).hasSize(2);
    engine.close();
  }

  @Test
  void aDriverWithTooSmallAHeapSaysSo() throws Exception {
    RemoteSpark engine = engine("session: once");
    assertThatThrownBy(() -> refresh(engine, "Memory"))
        .hasMessageContaining("raise spark.driver-memory")
        .extracting("code")
        .isEqualTo(ErrorCode.SPARK_OUT_OF_MEMORY);
    assertThat(started.get(0).isAlive()).isFalse();
  }

  @Test
  void anIdleDriverEndsAndTheNextTaskGetsAnother() throws Exception {
    RemoteSpark engine = engine("idle: 2s");
    refresh(engine, "NeverRefreshed");
    started.get(0).handle().onExit().get(20, TimeUnit.SECONDS);
    refresh(engine, "NeverRefreshed");
    assertThat(started).hasSize(2);
    engine.close();
  }
}
