package io.bergview.refresh;

import io.bergview.fixtures.Seeds;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/**
 * The law of incremental refresh where rows of every width are taken for wide ones: compared by
 * hashes first, deltas read for their keys alone.
 */
@Tag("long")
class NarrowRowsTakenForWideTest extends IncrementalEqualsFullTest {
  private static final String COLUMNS = "bergview.wideColumns";

  static LongStream seeds() {
    return Seeds.of(1, 5);
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
