package io.bergview.refresh.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ConflictException;
import io.bergview.errors.DataException;
import io.bergview.errors.EngineException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.NotFoundException;
import io.bergview.errors.RefusedException;
import io.bergview.errors.SourceException;
import io.bergview.errors.StorageException;
import io.bergview.errors.UsageException;
import io.bergview.pipeline.CancelledException;
import io.bergview.refresh.RefreshKind;
import io.bergview.refresh.RefreshResult;
import io.bergview.refresh.pin.StalePinException;
import io.bergview.refresh.spark.TaskFiles.DriverSettings;
import io.bergview.refresh.spark.TaskFiles.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What passes between Bergview and Spark's driver arrives as it was. */
class TaskFilesTest {
  @TempDir Path temp;

  private TaskFiles files() {
    return TaskFiles.create(
        temp.resolve("new"), new DriverSettings(Path.of("/shop"), Duration.ofMinutes(10)));
  }

  @Test
  void theFolderIsPrivateAndGoes() throws Exception {
    TaskFiles files = files();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.folder())))
        .isEqualTo("rwx------");
    assertThat(new TaskFiles(files.folder()).driver())
        .isEqualTo(new DriverSettings(Path.of("/shop"), Duration.ofMinutes(10)));
    files.delete();
    assertThat(files.folder()).doesNotExist();
    files.delete();
  }

  @Test
  void aTaskItsProgressAndItsResultArrive() {
    TaskFiles files = files();
    EngineTask task =
        new EngineTask(
            "DailyRevenue",
            true,
            false,
            true,
            Instant.parse("2026-01-31T12:00:00.123Z"),
            Map.of("lake.shop.orders", Long.MAX_VALUE, "lake.shop.\"odd name\"", -1L));
    files.request(7, task);
    assertThat(files.request(7)).isEqualTo(task);
    assertThat(files.progress(7)).isEmpty();
    assertThat(files.outcome(7)).isEmpty();

    files.progress(7, new Progress("computing", 0.25, "2 of 8"));
    assertThat(files.progress(7)).contains(new Progress("computing", 0.25, "2 of 8"));
    files.progress(7, new Progress("committing", Double.NaN, ""));
    assertThat(files.progress(7)).contains(new Progress("committing", Double.NaN, ""));

    RefreshResult result =
        new RefreshResult(
            "DailyRevenue", RefreshKind.MERGE, "SOURCE_CHANGED", "m", Long.MIN_VALUE, 1, 2, 3, 4);
    files.outcome(7, new TaskOutcome.Done(result));
    assertThat(files.outcome(7)).contains(new TaskOutcome.Done(result));
    files.delete(7);
    assertThat(files.outcome(7)).isEmpty();
  }

  static List<BergviewException> failures() {
    return List.of(
        new ConflictException(ErrorCode.COMMIT_CONFLICT, "a", List.of("b"), null),
        new DataException(ErrorCode.DUPLICATE_KEY, "a", List.of("b", "c"), null),
        new EngineException(ErrorCode.ENGINE_UNSUPPORTED, "a"),
        new MissingFileException("/lake/x.parquet", null),
        new NotFoundException(ErrorCode.SOURCE_NOT_FOUND, "a"),
        new RefusedException(ErrorCode.UPSTREAM_DIVERGED, "a"),
        new SourceException(ErrorCode.SOURCE_SCHEMA_CHANGED, "a"),
        new StorageException(ErrorCode.STORAGE_FAILED, "a"),
        new UsageException(ErrorCode.PROJECT_INVALID, "a"),
        new CancelledException(null));
  }

  private RuntimeException sent(Throwable failure) {
    TaskFiles files = files();
    files.outcome(1, TaskOutcome.failure("V", failure));
    return ((TaskOutcome.Failed) files.outcome(1).orElseThrow()).exception();
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsThrownAsItWas(BergviewException failure) {
    assertThat(sent(failure))
        .hasSameClassAs(failure)
        .hasMessage(failure.getMessage())
        .extracting("code", "details")
        .containsExactly(failure.code(), failure.details());
  }

  @Test
  void aStalePinIsPinnedAgain() {
    StalePinException stale =
        new StalePinException(new ConflictException(ErrorCode.COMMIT_CONFLICT, "old"));
    assertThat(sent(stale)).isInstanceOf(StalePinException.class).hasMessage("old");
  }

  @Test
  void wantOfMemoryIsToldFromOtherFailures() {
    assertThat(sent(new RuntimeException("x", new OutOfMemoryError("Java heap space"))))
        .hasMessageContaining("Spark ran out of memory: Java heap space; raise")
        .extracting("code")
        .isEqualTo(ErrorCode.SPARK_OUT_OF_MEMORY);
    assertThat(
            sent(
                new RuntimeException(
                    "Job aborted: ExecutorLostFailure: Container killed by YARN for exceeding"
                        + " memory limits")))
        .extracting("code")
        .isEqualTo(ErrorCode.SPARK_OUT_OF_MEMORY);
    assertThat(sent(new IllegalStateException("a\nb")))
        .hasMessage("View V was not refreshed: Spark failed: IllegalStateException: a")
        .extracting("code")
        .isEqualTo(ErrorCode.SPARK_FAILED);
  }
}
