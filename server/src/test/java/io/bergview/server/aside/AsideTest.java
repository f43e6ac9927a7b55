package io.bergview.server.aside;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AsideTest {
  private final AtomicInteger dropped = new AtomicInteger();

  private Aside aside(int most) {
    return new Aside(
        "Trials", 1, most, Duration.ofSeconds(10), Clock.systemUTC(), dropped::incrementAndGet);
  }

  @Test
  void whatFindsTheQueueFullIsCountedAndHoldsNobodyUp() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    List<Integer> done = new CopyOnWriteArrayList<>();
    try (Aside aside = aside(2)) {
      aside.submit(
          () -> {
            begun.countDown();
            await(go);
          });
      begun.await();
      for (int i = 1; i <= 5; i++) {
        int number = i;
        aside.submit(() -> done.add(number));
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
    try (Aside aside = aside(10)) {
      aside.submit(
          () -> {
            throw new IllegalStateException("on purpose");
          });
      aside.submit(() -> done.add(1));
    }
    assertThat(done).containsExactly(1);
    assertThat(dropped).hasValue(0);
  }
}
