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

class KernelLeaseTest {
  @TempDir private Path temp;

  private Kernel open() {
    return Kernel.open(KernelSettings.defaults().withTempDirectory(temp));
  }

  @Test
  void nothingOfAKernelIsLeftWhenItsLeaseIsClosed() {
    try (KernelLease lease = KernelLease.starting(this::open, Kernel::close)) {
      Kernel kernel = lease.kernel();
      assertThat(Rows.read(kernel.query("SELECT 42"), List.of(Types.IntegerType.get())))
          .containsExactly(List.of(42));
      assertThat(lease.kernel()).isSameAs(kernel);
      assertThat(temp).isNotEmptyDirectory();
      lease.giveBack();
      assertThatThrownBy(lease::kernel).isInstanceOf(IllegalStateException.class);
    }
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void aKernelThatNobodyAskedForEndsToo() {
    CountDownLatch begun = new CountDownLatch(1);
    try (KernelLease lease =
        KernelLease.starting(
            () -> {
              begun.await();
              return open();
            },
            Kernel::close)) {
      lease.giveBack();
      begun.countDown();
    }
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void whyItDidNotStartIsThrownWhereItIsAskedFor() {
    StorageException failure = new StorageException(ErrorCode.STORAGE_FAILED, "no disk");
    try (KernelLease lease =
        KernelLease.starting(
            () -> {
              throw failure;
            },
            Kernel::close)) {
      assertThatThrownBy(lease::kernel).isSameAs(failure);
    }
  }

  @Test
  void anInterruptedThreadDoesNotWaitForTheStartButForTheEnd() {
    CountDownLatch begun = new CountDownLatch(1);
    try (KernelLease lease =
        KernelLease.starting(
            () -> {
              begun.await();
              return open();
            },
            Kernel::close)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(lease::kernel).isInstanceOf(CancelledException.class);
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
      begun.countDown();
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(temp).isEmptyDirectory();
  }
}
