package io.bergview.refresh;

import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * The law of incremental refresh where rows of every width are taken for wide ones: compared by
 * hashes first, deltas read for their keys alone. {@code -Dbergview.wideSeeds=100} runs so many
 * seeds.
 */
class NarrowRowsTakenForWideTest extends IncrementalEqualsFullTest {
  private static final String COLUMNS = "bergview.wideColumns";

  static LongStream seeds() {
    Long one = Long.getLong("bergview.seed");
    return one == null
        ? LongStream.rangeClosed(1, Integer.getInteger("bergview.wideSeeds", 12))
        : LongStream.of(one);
  }

  @BeforeAll
  static void takeAllForWide() {
    System.setProperty(COLUMNS, "1");
  }

  @AfterAll
  static void takeNoneForWide() {
    System.clearProperty(COLUMNS);
  }
}
