package io.bergview.imports.taken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.StorageException;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.inmemory.InMemoryCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

/** The property that remembers taken files stays readable. */
class TakenFilesTest {
  private static final TakenFiles IMPORTS =
      new TakenFiles(
          List.of(
              new TakenFiles.TakenImport(
                  "one", false, List.of(new FileMark(1, 2, 3), new FileMark(-4, 5, -6))),
              new TakenFiles.TakenImport("two", true, List.of(new FileMark(7, 8, 9)))));
  private static final String TEXT =
      "1:eJxjYGBgYmDOz0tlYACxIIARSsP4zP8h4A+Uzwrl/2JgLinPZ0TSwQ6lOaA0JwCEbxK0";

  @Test
  void textThatWasWrittenOnceIsRead() {
    String text = "1:eJxjYGBgYmDOz0tlZACxIIARSsP4zP8h4A+Uzwrl/2JgLinPR9bBDqU5oDQnAISpErQ=";
    TakenFiles read = TakenFiles.of(table(text));
    assertThat(read.imports())
        .containsExactly(
            new TakenFiles.TakenImport("one", true, IMPORTS.imports().get(0).files()),
            new TakenFiles.TakenImport("two", false, IMPORTS.imports().get(1).files()));
    assertThat(TakenFiles.of(table(read.text()))).isEqualTo(read);
  }

  @Test
  void filesBeforeAReplacementAreKeptAndNotTaken() {
    Table table = table(TEXT);
    assertThat(TakenFiles.of(table).imports()).containsExactly(IMPORTS.imports().get(1));
    assertThat(TakenFiles.toKeep(table).imports()).containsExactly(IMPORTS.imports().get(1));
  }

  @Test
  void damagedTextIsNamed() {
    for (String text : List.of("2:x", "1:!!", TEXT.substring(0, TEXT.length() / 2 / 4 * 4 + 2))) {
      assertThatThrownBy(() -> TakenFiles.of(table(text)))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining(TakenFiles.PROPERTY);
    }
  }

  private static Table table(String property) {
    InMemoryCatalog catalog = new InMemoryCatalog();
    catalog.initialize("lake", Map.of());
    catalog.createNamespace(Namespace.of("s"));
    return catalog
        .buildTable(
            TableIdentifier.of("s", "t"),
            new Schema(Types.NestedField.optional(1, "id", Types.LongType.get())))
        .withProperty(TakenFiles.PROPERTY, property)
        .create();
  }
}
