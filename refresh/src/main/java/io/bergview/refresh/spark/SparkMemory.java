package io.bergview.refresh.spark;

import java.util.Optional;

/** Whether Spark failed for want of memory. */
final class SparkMemory {
  /** What the driver exits with when its heap is full, by a flag of its JVM. */
  static final int HEAP_FULL = 3;

  /** Of Spark's executors. */
  private static final int SPARK_OUT_OF_MEMORY = 52;

  private static final int LONGEST_CHAIN = 50;

  private SparkMemory() {}

  /** The memory that was missing, in words. */
  static Optional<String> find(Throwable thrown) {
    Throwable link = thrown;
    for (int i = 0; link != null && i < LONGEST_CHAIN; i++, link = link.getCause()) {
      String text = String.valueOf(link.getMessage());
      boolean named = link.getClass().getSimpleName().endsWith("OutOfMemoryError");
      if (named || text.contains("OutOfMemoryError") || text.contains("exceeding memory limits")) {
        return Optional.of(named ? text : "an executor ended");
      }
    }
    return Optional.empty();
  }

  static boolean isExit(int code) {
    return code == HEAP_FULL || code == SPARK_OUT_OF_MEMORY;
  }

  static String message(String view, String why) {
    return "View %s was not refreshed: Spark ran out of memory: %s; raise spark.driver-memory, or spark.executor.memory in spark.conf"
        .formatted(view, why);
  }
}
