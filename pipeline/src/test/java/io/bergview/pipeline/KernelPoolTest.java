package io.bergview.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.Project;
import io.bergview.errors.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelPoolTest {
  @TempDir private Path folder;
  private Path temp;
  private KernelPool pool;

  @BeforeEach
  void open() throws IOException {
    temp = folder.resolve("temp");
    Files.writeString(
        folder.resolve(Project.FILE), "settings: {temp-directory: '%s'}".formatted(temp));
    pool = new KernelPool(Project.open(folder).settings());
  }

  private static Object count(Kernel kernel, String from) {
    return Rows.read(kernel.query("SELECT count(*) FROM " + from), List.of(Types.LongType.get()))
        .get(0)
        .get(0);
  }

  @Test
  void kernelThatWasGivenBackServesAgainAndIsEmpty() throws IOException {
    Kernel first;
    Path scratch;
    try (KernelLease lease = pool.lease()) {
      first = lease.kernel();
      first.execute("CREATE TABLE \"a \"\"table\" AS SELECT 1 AS x");
      first.execute("CREATE VIEW \"a view\" AS SELECT * FROM \"a \"\"table\"");
      scratch = Files.createFile(first.newScratchDirectory().resolve("left.parquet"));
    }
    assertThat(scratch.getParent()).doesNotExist();
    try (KernelLease lease = pool.lease()) {
      assertThat(lease.kernel()).isSameAs(first);
      assertThat(count(first, "duckdb_tables()")).isEqualTo(0L);
      assertThat(count(first, "duckdb_views() WHERE NOT internal")).isEqualTo(0L);
    }
    pool.close();
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void piecesOfWorkAtOnceHaveKernelsOfTheirOwn() {
    try (KernelLease one = pool.lease();
        KernelLease other = pool.lease()) {
      assertThat(one.kernel()).isNotSameAs(other.kernel());
    }
    pool.close();
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void kernelThatWasCancelledServesNoMore() {
    Kernel first;
    try (KernelLease lease = pool.lease()) {
      first = lease.kernel();
      first.cancel();
    }
    try (KernelLease lease = pool.lease()) {
      assertThat(lease.kernel()).isNotSameAs(first);
    }
    pool.close();
  }

  @Test
  void kernelWhoseStatementFailedServesAgain() {
    try (KernelLease lease = pool.lease()) {
      Kernel kernel = lease.kernel();
      assertThatThrownBy(() -> kernel.execute("CREATE TABLE t AS SELECT CAST('x' AS INTEGER)"))
          .isInstanceOf(DataException.class);
    }
    try (KernelLease lease = pool.lease()) {
      assertThat(count(lease.kernel(), "range(3)")).isEqualTo(3L);
    }
    pool.close();
  }

  @Test
  void kernelGivenBackAfterThePoolIsClosedEnds() {
    KernelLease lease = pool.lease();
    lease.kernel();
    pool.close();
    lease.close();
    assertThat(temp).isEmptyDirectory();
  }
}
