package io.bergview.refresh;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of views over few rows, whose values are stated after each change. */
abstract class StatedRows {
  @TempDir Path folder;
  SqlViews views;

  @BeforeEach
  final void open() {
    views = new SqlViews(folder);
  }

  @AfterEach
  final void close() {
    views.close();
  }
}
