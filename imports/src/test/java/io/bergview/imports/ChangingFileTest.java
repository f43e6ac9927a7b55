package io.bergview.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.BergviewException;
import io.bergview.refresh.RefreshProgress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A file that is written to while it is imported is refused, and nothing of it is committed. */
@Tag("contract")
class ChangingFileTest {
  private static final int ROWS = 60_000;

  @TempDir private Path folder;

  private ImportProject project;

  @BeforeEach
  void open() {
    project = ImportProject.create(folder);
  }

  @AfterEach
  void close() {
    project.close();
  }

  /** What happens to a file. */
  enum Change {
    GROWS("IMPORT_FILE_CHANGED") {
      @Override
      void apply(Path file) throws IOException {
        Files.writeString(file, "7\n", StandardOpenOption.APPEND);
      }
    },
    IS_CUT_OFF("IMPORT_FILE_CHANGED") {
      @Override
      void apply(Path file) throws IOException {
        byte[] all = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(all, all.length / 3));
      }
    },
    /** By one of the same size. */
    IS_REPLACED("IMPORT_FILE_CHANGED") {
      @Override
      void apply(Path file) throws IOException {
        Path other = file.resolveSibling("other.tmp");
        Files.write(other, new byte[(int) Files.size(file)]);
        Files.setLastModifiedTime(other, FileTime.fromMillis(1_000_000));
        Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
    },
    IS_DELETED("FILE_NOT_FOUND") {
      @Override
      void apply(Path file) throws IOException {
        Files.delete(file);
      }
    };

    private final String code;

    Change(String code) {
      this.code = code;
    }

    abstract void apply(Path file) throws IOException;
  }

  /** When it happens. */
  enum Moment {
    BEFORE_IT_IS_READ,
    WHILE_IT_IS_READ,
    BEFORE_THE_COMMIT
  }

  static Stream<Arguments> changes() {
    Stream<Arguments> text =
        Stream.of("a.csv", "a.csv.gz", "a.ndjson", "a.ndjson.gz")
            .flatMap(
                name ->
                    Stream.of(
                        Arguments.of(name, false, Change.GROWS, Moment.WHILE_IT_IS_READ),
                        Arguments.of(name, false, Change.IS_CUT_OFF, Moment.WHILE_IT_IS_READ),
                        Arguments.of(name, false, Change.IS_REPLACED, Moment.WHILE_IT_IS_READ),
                        Arguments.of(name, false, Change.GROWS, Moment.BEFORE_IT_IS_READ)));
    Stream<Arguments> parquet =
        Stream.of(Change.values())
            .flatMap(
                change ->
                    Stream.of(
                        Arguments.of("a.parquet", false, change, Moment.BEFORE_IT_IS_READ),
                        Arguments.of("a.parquet", true, change, Moment.BEFORE_IT_IS_READ),
                        Arguments.of("a.parquet", true, change, Moment.BEFORE_THE_COMMIT)));
    return Stream.concat(text, parquet);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void fileThatChangesIsRefused(String name, boolean inPlace, Change change, Moment moment)
      throws IOException {
    Path file = file(name);
    AtomicBoolean changed = new AtomicBoolean();
    ImportRequest request = project.request(name);
    Importer importer = new Importer(project.context(), changing(file, change, moment, changed));
    assertThatThrownBy(() -> importer.run(inPlace ? request.stayingInPlace() : request))
        .isInstanceOfSatisfying(
            BergviewException.class, e -> assertThat(e.code().name()).isEqualTo(change.code))
        .hasMessageContaining(file.toString());
    assertThat(changed).isTrue();
    assertThat(project.hasTable()).isFalse();
    assertThat(project.dataFiles().stream().filter(data -> data.contains("warehouse"))).isEmpty();
  }

  private Path file(String name) throws IOException {
    if (name.endsWith("parquet")) {
      return project.parquet(
          name, "SELECT range AS id, repeat(CAST(range AS VARCHAR), 5) AS x FROM range(20000)");
    }
    String text =
        name.contains("ndjson")
            ? IntStream.range(0, ROWS)
                .mapToObj(i -> "{\"id\":" + i * 7919L % 1_000_003 + "}")
                .collect(Collectors.joining("\n", "", "\n"))
            : IntStream.range(0, ROWS)
                .mapToObj(i -> Long.toString(i * 7919L % 1_000_003))
                .collect(Collectors.joining("\n", "id\n", "\n"));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (name.endsWith(".gz")) {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
        out.write(bytes);
      }
      bytes = compressed.toByteArray();
    }
    return project.write(name, bytes);
  }

  private static RefreshProgress changing(
      Path file, Change change, Moment moment, AtomicBoolean changed) {
    return new RefreshProgress() {
      private String current = "";

      @Override
      public void phase(String table, String phase) {
        current = phase;
        if ((phase.equals("importing") && moment == Moment.BEFORE_IT_IS_READ)
            || (phase.equals("committing") && moment == Moment.BEFORE_THE_COMMIT)) {
          happen();
        }
      }

      /** With the first of several buffers, many rows before the last. */
      @Override
      public void advance(String table, double fraction, String detail) {
        if (current.equals("importing") && moment == Moment.WHILE_IT_IS_READ && !changed.get()) {
          assertThat(fraction).isLessThan(0.9);
          happen();
        }
      }

      private void happen() {
        changed.set(true);
        try {
          change.apply(file);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }
}
