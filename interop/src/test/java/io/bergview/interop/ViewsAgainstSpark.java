package io.bergview.interop;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each view of a file of cases, refreshed by Bergview, holds what Spark answers to the hand-written
 * query on the same tables: the same columns, of the same types, and the same rows, read by
 * Iceberg's own reader and by Spark.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ViewsAgainstSpark {
  private Lake lake;

  /** A project with the tables that the cases read. */
  abstract Lake fill(Path folder);

  abstract List<Case> cases();

  @BeforeAll
  void setUp(@TempDir Path folder) {
    lake = fill(folder);
  }

  @AfterAll
  void tearDown() {
    lake.close();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void viewEqualsSparksAnswer(Case view) {
    lake.define(view.view(), view.definition());
    lake.refresh(view.view());
    lake.assertHolds(view.view(), view.query());
  }
}
