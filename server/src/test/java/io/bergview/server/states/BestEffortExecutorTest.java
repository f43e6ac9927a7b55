package io.bergview.server.states;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BestEffortExecutorTest {
  private final AtomicInteger dropped = new AtomicInteger();

  private BestEffortExecutor background(int most) {
    return new BestEffortExecutor(
        "Trials", 1, most, Duration.ofSeconds(10), Clock.systemUTC(), dropped::incrementAndGet);
  }

  @Test
  void tasksBeyondTheQueueLimitAreCountedAndBlockNothing() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    List<Integer> done = new CopyOnWriteArrayList<>();
    try (BestEffortExecutor background = background(2)) {
      background.submit(
          () -> {
            begun.countDown();
            await(go);
          });
      begun.await();
      for (int i = 1; i <= 5; i++) {
        int number = i;
        background.submit(() -> done.add(number));
      }
      assertThat(dropped).hasValue(3);
      go.countDown();
    }
    assertThat(done).containsExactly(1, 2);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatFailsKeepsNothingElseFromBeingDone() {
    List<Integer> done = new CopyOnWriteArrayList<>();
    try (BestEffortExecutor background = background(10)) {
      background.submit(
          () -> {
            throw new IllegalStateException("on purpose");
          });
      background.submit(() -> done.add(1));
    }
    assertThat(done).containsExactly(1);
    assertThat(dropped).hasValue(0);
  }
}
