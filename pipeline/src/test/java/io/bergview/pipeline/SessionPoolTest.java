package io.bergview.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.catalog.Project;
import io.bergview.errors.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionPoolTest {
  @TempDir private Path folder;
  private Path temp;
  private SessionPool pool;

  @BeforeEach
  void open() throws IOException {
    temp = folder.resolve("temp");
    Files.writeString(
        folder.resolve(Project.FILE), "settings: {temp-directory: '%s'}".formatted(temp));
    pool = new SessionPool(Project.open(folder).settings());
  }

  private static Object count(DuckDbSession session, String from) {
    return Rows.read(session.query("SELECT count(*) FROM " + from), List.of(Types.LongType.get()))
        .get(0)
        .get(0);
  }

  @Test
  void sessionThatWasGivenBackServesAgainAndIsEmpty() throws IOException {
    DuckDbSession first;
    Path scratch;
    try (SessionLease lease = pool.lease()) {
      first = lease.session();
      first.execute("CREATE TABLE \"a \"\"table\" AS SELECT 1 AS x");
      first.execute("CREATE VIEW \"a view\" AS SELECT * FROM \"a \"\"table\"");
      scratch = Files.createFile(first.newScratchDirectory().resolve("left.parquet"));
    }
    assertThat(scratch.getParent()).doesNotExist();
    try (SessionLease lease = pool.lease()) {
      assertThat(lease.session()).isSameAs(first);
      assertThat(count(first, "duckdb_tables()")).isEqualTo(0L);
      assertThat(count(first, "duckdb_views() WHERE NOT internal")).isEqualTo(0L);
    }
    pool.close();
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void piecesOfWorkAtOnceHaveSessionsOfTheirOwn() {
    try (SessionLease one = pool.lease();
        SessionLease other = pool.lease()) {
      assertThat(one.session()).isNotSameAs(other.session());
    }
    pool.close();
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void sessionThatWasCancelledServesNoMore() {
    DuckDbSession first;
    try (SessionLease lease = pool.lease()) {
      first = lease.session();
      first.cancel();
    }
    try (SessionLease lease = pool.lease()) {
      assertThat(lease.session()).isNotSameAs(first);
    }
    pool.close();
  }

  @Test
  void sessionWhoseStatementFailedServesAgain() {
    try (SessionLease lease = pool.lease()) {
      DuckDbSession session = lease.session();
      assertThatThrownBy(() -> session.execute("CREATE TABLE t AS SELECT CAST('x' AS INTEGER)"))
          .isInstanceOf(DataException.class);
    }
    try (SessionLease lease = pool.lease()) {
      assertThat(count(lease.session(), "range(3)")).isEqualTo(3L);
    }
    pool.close();
  }

  @Test
  void everySessionEndsAlsoWhereOneFailsTo() {
    SessionPool two = new SessionPool(Project.open(folder).settings(), 2);
    DuckDbSession first;
    try (SessionLease lease = two.lease();
        SessionLease other = two.lease()) {
      first = lease.session();
      other.session();
    }
    ArrowBuf leaked = first.allocator().buffer(8);
    assertThatThrownBy(two::close).hasMessageContaining("leaked");
    assertThat(leaked.capacity()).isPositive();
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void sessionGivenBackAfterThePoolIsClosedEnds() {
    SessionLease lease = pool.lease();
    lease.session();
    pool.close();
    lease.close();
    assertThat(temp).isEmptyDirectory();
  }
}
