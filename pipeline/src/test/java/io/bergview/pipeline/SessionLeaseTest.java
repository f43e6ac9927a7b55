package io.bergview.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionLeaseTest {
  @TempDir private Path temp;

  private DuckDbSession open() {
    return DuckDbSession.open(SessionSettings.defaults().withTempDirectory(temp));
  }

  @Test
  void nothingOfASessionIsLeftWhenItsLeaseIsClosed() {
    try (SessionLease lease = SessionLease.starting(this::open, DuckDbSession::close)) {
      DuckDbSession session = lease.session();
      assertThat(Rows.read(session.query("SELECT 42"), List.of(Types.IntegerType.get())))
          .containsExactly(List.of(42));
      assertThat(lease.session()).isSameAs(session);
      assertThat(temp).isNotEmptyDirectory();
      lease.giveBack();
      assertThatThrownBy(lease::session).isInstanceOf(IllegalStateException.class);
    }
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void unusedSessionIsClosedToo() {
    CountDownLatch begun = new CountDownLatch(1);
    try (SessionLease lease =
        SessionLease.starting(
            () -> {
              begun.await();
              return open();
            },
            DuckDbSession::close)) {
      lease.giveBack();
      begun.countDown();
    }
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void failureToStartIsThrownWhenTheSessionIsUsed() {
    StorageException failure = new StorageException(ErrorCode.STORAGE_FAILED, "no disk");
    try (SessionLease lease =
        SessionLease.starting(
            () -> {
              throw failure;
            },
            DuckDbSession::close)) {
      assertThatThrownBy(lease::session).isSameAs(failure);
    }
  }

  @Test
  void anInterruptedThreadDoesNotWaitForTheStartButForTheEnd() {
    CountDownLatch begun = new CountDownLatch(1);
    try (SessionLease lease =
        SessionLease.starting(
            () -> {
              begun.await();
              return open();
            },
            DuckDbSession::close)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(lease::session).isInstanceOf(CancelledException.class);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
      begun.countDown();
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(temp).isEmptyDirectory();
  }
}
