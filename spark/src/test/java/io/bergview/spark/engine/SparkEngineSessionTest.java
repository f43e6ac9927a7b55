package io.bergview.spark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.Project;
import io.bergview.errors.ConflictException;
import io.bergview.errors.ErrorCode;
import io.bergview.pipeline.context.ProjectContext;
import io.bergview.pipeline.engine.EngineLease;
import io.bergview.pipeline.engine.EngineSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.types.Types;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/** The tables of a session: where their rows are, and what happens when an executor is lost. */
class SparkEngineSessionTest {
  private static final String QUERY = "SELECT id FROM range(1000)";

  @TempDir private Path folder;
  private ProjectContext project;
  private SparkSession spark;
  private EngineLease lease;

  @BeforeEach
  void open() throws IOException {
    Files.writeString(folder.resolve(Project.FILE), "");
    project = ProjectContext.open(Project.open(folder), Clock.systemUTC());
  }

  @AfterEach
  void close() {
    lease.close();
    spark.stop();
    project.close();
  }

  /**
   * @param checkpoints for {@code spark.checkpoint.dir}; empty for none
   */
  private EngineSession session(String checkpoints) {
    SparkSession.Builder builder =
        SparkSession.builder().master("local[2]").config("spark.ui.enabled", false);
    if (!checkpoints.isEmpty()) {
      builder.config("spark.checkpoint.dir", checkpoints);
    }
    spark = builder.getOrCreate();
    lease = SparkEngine.on(spark).open(project.scanner()).lease();
    return lease.session();
  }

  private static List<List<@Nullable Object>> sum(EngineSession session, String table) {
    return session.rows("SELECT sum(id) FROM " + table, List.of(Types.LongType.get()));
  }

  /** As if the executors that have them had been killed. */
  private void loseBlocks() {
    for (Object id : CollectionConverters.asJava(context().getPersistentRDDs()).keySet()) {
      SparkEnv.get().blockManager().removeRdd((Integer) id);
    }
  }

  private SparkContext context() {
    return spark.sparkContext();
  }

  @Test
  void aDroppedTableLeavesNothingWithTheExecutors() {
    EngineSession session = session("");
    assertThat(session.createTable("one", QUERY)).isEqualTo(1000);
    session.createTable("two", QUERY);
    assertThat(context().getPersistentRDDs().size()).isEqualTo(2);
    session.drop("one");
    assertThat(context().getPersistentRDDs().size()).isEqualTo(1);
    lease.giveBack();
    assertThat(context().getPersistentRDDs().size()).isZero();
  }

  @Test
  void rowsThatAreLostWithAnExecutorLetTheRefreshPlanAgain() {
    EngineSession session = session("");
    session.createTable("one", QUERY);
    loseBlocks();
    assertThatThrownBy(() -> sum(session, "one"))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("An executor was lost")
        .extracting("code")
        .isEqualTo(ErrorCode.COMMIT_CONFLICT);
  }

  @Test
  void rowsInACheckpointFolderOutliveExecutors() throws Exception {
    Path checkpoints = folder.resolve("checkpoints");
    EngineSession session = session(checkpoints.toUri().toString());
    session.createTable("one", QUERY);
    loseBlocks();
    assertThat(sum(session, "one")).isEqualTo(List.of(List.of(499_500L)));
    assertThat(files(checkpoints)).isPositive();
    session.drop("one");
    assertThat(files(checkpoints)).isZero();
  }

  @Test
  void fewRowsOfALargeQueryAreSentToAllExecutorsInAJoin() {
    EngineSession session = session("");
    String large = "SELECT a.id FROM range(100000) AS a CROSS JOIN range(100000) AS b";
    session.createView("large", large);
    session.createTable("few", large + " WHERE a.id = 5 AND b.id < 3");
    String plan =
        session
            .rows(
                "EXPLAIN SELECT l.id FROM large AS l JOIN few AS f ON l.id = f.id",
                List.of(Types.StringType.get()))
            .toString();
    assertThat(plan).contains("BroadcastHashJoin").doesNotContain("SortMergeJoin");
  }

  private static long files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).count();
    }
  }
}
