package io.bergview.pipeline.scan;

import static org.apache.iceberg.types.Types.NestedField.required;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.MissingFileException;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.SessionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileShapesTest {
  @TempDir Path folder;
  private final InMemoryCatalog catalog = new InMemoryCatalog();
  private DuckDbSession session;
  private Table table;

  @BeforeEach
  void open() {
    session =
        DuckDbSession.open(SessionSettings.defaults().withTempDirectory(folder).withThreads(1));
    catalog.initialize("memory", Map.of());
    catalog.createNamespace(Namespace.of("shapes"));
    table =
        catalog.createTable(
            TableIdentifier.of("shapes", "t"), new Schema(required(1, "a", Types.LongType.get())));
  }

  @AfterEach
  void close() throws IOException {
    session.close();
    catalog.close();
  }

  @Test
  void aFooterIsReadOnce() {
    FileShapes shapes = new FileShapes();
    Path file = parquet("one", "1 AS a, 2 AS b");

    assertThat(columns(shapes, file)).containsExactly("a", "b");
    assertThat(columns(shapes, file)).containsExactly("a", "b");

    assertThat(shapes.footersRead()).isEqualTo(1);
  }

  @Test
  void aFileReplacedByAnotherOfTheSameNameAndLengthIsReadAgain() throws IOException {
    FileShapes shapes = new FileShapes();
    Path file = parquet("one", "1 AS a");
    assertThat(columns(shapes, file)).containsExactly("a");
    FileTime written = Files.getLastModifiedTime(file);

    Path other = parquet("other", "1 AS b");
    assertThat(other).hasSize(Files.size(file));
    Files.setLastModifiedTime(other, written);
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(columns(shapes, file)).as("renamed over the first").containsExactly("b");

    byte[] third = Files.readAllBytes(parquet("third", "1 AS c"));
    Files.write(file, third);
    Files.setLastModifiedTime(file, FileTime.fromMillis(written.toMillis() + 10));
    assertThat(columns(shapes, file)).as("written in place").containsExactly("c");
  }

  @Test
  void aFileThatIsGoneIsMissingEvenWhereItsSchemaIsKnown() throws IOException {
    FileShapes shapes = new FileShapes();
    Path file = parquet("one", "1 AS a");
    columns(shapes, file);
    Files.delete(file);

    assertThatThrownBy(() -> columns(shapes, file)).isInstanceOf(MissingFileException.class);
  }

  @Test
  void filesOfOneSchemaShareIt() {
    FileShapes shapes = new FileShapes();

    MessageType first = shapes.read(table, "one", parquet("one", "1 AS a"));
    MessageType second = shapes.read(table, "two", parquet("two", "2 AS a"));

    assertThat(second).isSameAs(first);
  }

  @Test
  void noMoreFilesAreRememberedThanItsLimit() {
    FileShapes shapes = new FileShapes(2, 100);
    Path one = parquet("one", "1 AS a");
    Path two = parquet("two", "1 AS a");
    Path three = parquet("three", "1 AS a");

    List.of(one, two, one, three).forEach(file -> columns(shapes, file));
    assertThat(shapes.size()).isEqualTo(2);
    columns(shapes, one);
    assertThat(shapes.footersRead()).as("the first was asked for lately").isEqualTo(3);
    columns(shapes, two);
    assertThat(shapes.footersRead()).isEqualTo(4);
  }

  @Test
  void noMoreColumnsAreRememberedThanItsLimit() {
    FileShapes shapes = new FileShapes(100, 4);
    Path wide = parquet("wide", "1 AS a, 2 AS b, 3 AS c");
    Path sameShape = parquet("same", "4 AS a, 5 AS b, 6 AS c");
    Path other = parquet("other", "1 AS d, 2 AS e");

    List.of(wide, sameShape).forEach(file -> columns(shapes, file));
    assertThat(shapes.size()).as("they share three columns").isEqualTo(2);
    columns(shapes, other);
    assertThat(shapes.size()).as("five columns are too many").isEqualTo(1);
    columns(shapes, other);
    assertThat(shapes.footersRead()).isEqualTo(3);
  }

  private List<String> columns(FileShapes shapes, Path file) {
    return shapes.read(table, file.toString(), file).getFields().stream()
        .map(Type::getName)
        .toList();
  }

  private Path parquet(String name, String columns) {
    Path file = folder.resolve(name + ".parquet");
    session.execute("COPY (SELECT %s) TO '%s' (FORMAT PARQUET)".formatted(columns, file));
    return file;
  }
}
