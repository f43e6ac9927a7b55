package io.bergview.pipeline.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.util.CharSequenceMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which delete files are read again. */
class ReadDeletesTest {
  @TempDir private Path folder;
  private final AtomicInteger reads = new AtomicInteger();
  private ReadDeletes kept = new ReadDeletes();
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(folder.resolve("deletes.parquet"), "first");
  }

  private Object read(Path from, Object content) {
    return kept.get(
        from.toString(),
        () -> {
          reads.incrementAndGet();
          return content;
        },
        100);
  }

  @Test
  void aFileIsReadOnce() {
    CharSequenceMap<String> positions = CharSequenceMap.create();
    assertThat(read(file, positions)).isSameAs(positions);
    assertThat(read(file, CharSequenceMap.create())).isSameAs(positions);
    assertThat(reads).hasValue(1);
  }

  @Test
  void anotherFileInItsPlaceIsRead() throws IOException {
    read(file, CharSequenceMap.create());
    Files.writeString(file, "second one");
    CharSequenceMap<String> others = CharSequenceMap.create();
    assertThat(read(file, others)).isSameAs(others);
    assertThat(reads).hasValue(2);
  }

  @Test
  void aFileThatIsGoneIsMissed() throws IOException {
    read(file, CharSequenceMap.create());
    Files.delete(file);
    read(file, CharSequenceMap.create());
    assertThat(reads).hasValue(2);
  }

  /** Rows of equality deletes depend on the columns that were asked for. */
  @Test
  void otherDeletesAreReadEachTime() {
    read(file, List.of());
    read(file, List.of());
    assertThat(reads).hasValue(2);
  }

  @Test
  void whatIsTooMuchIsForgotten() throws IOException {
    kept = new ReadDeletes(2_000);
    for (int i = 0; i < 20; i++) {
      read(Files.writeString(folder.resolve(i + ".parquet"), "deletes"), CharSequenceMap.create());
    }
    assertThat(reads).hasValue(20);
    for (int i = 0; i < 20; i++) {
      read(folder.resolve(i + ".parquet"), CharSequenceMap.create());
    }
    assertThat(reads.get()).isGreaterThan(30);
  }
}
