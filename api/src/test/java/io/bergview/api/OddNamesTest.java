package io.bergview.api;

import static io.bergview.api.Projects.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.bergview.errors.BergviewException;
import io.bergview.errors.ErrorCode;
import io.bergview.fixtures.RowFiles;
import io.bergview.refresh.RefreshRequest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.SupportsNamespaces;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns of sources whose names hold characters that SQL text cannot hold. */
class OddNamesTest {
  private static final Types.StructType PART =
      Types.StructType.of(NestedField.optional(4, "x\0y", Types.LongType.get()));
  private static final Schema SCHEMA =
      new Schema(
          NestedField.required(1, "id", Types.LongType.get()),
          NestedField.optional(2, "a\0b", Types.StringType.get()),
          NestedField.optional(3, "part", PART));

  @TempDir private Path folder;
  private Bergview bergview;

  @BeforeEach
  void things() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("types/Thing.yaml", "$type: Thing\n$table: odd.things\n$id: id\n");
    bergview = Projects.create(folder, "settings: {memory-limit: 1GiB, threads: 2}\n", files);
    ((SupportsNamespaces) bergview.catalog("lake")).createNamespace(Namespace.of("odd"));
    Table table =
        bergview
            .catalog("lake")
            .createTable(
                TableIdentifier.of("odd", "things"), SCHEMA, PartitionSpec.unpartitioned());
    Record part = GenericRecord.create(PART);
    part.setField("x\0y", 7L);
    Record row = GenericRecord.create(SCHEMA);
    row.setField("id", 1L);
    row.setField("a\0b", "v");
    row.setField("part", part);
    RowFiles.append(table, FileFormat.PARQUET, List.of(row));
    bergview.apply();
  }

  @AfterEach
  void close() {
    bergview.close();
  }

  @Test
  void otherColumnsOfSuchATableAreRead() {
    assertThat(rows(bergview.find("Thing").select("id"))).containsExactly(Map.of("id", 1L));
  }

  @Test
  void unsupportedColumnsAreRejectedInDefinitionsAndQueries() {
    Projects.write(folder.resolve("views/Odd.yaml"), "$type: Odd\n$from: Thing\n");
    assertRefused(catchThrowable(() -> bergview.apply()));
    assertRefused(catchThrowable(() -> rows(bergview.find("Thing"))));
    assertRefused(catchThrowable(() -> rows(bergview.find("Thing").select("part"))));
    Projects.write(
        folder.resolve("views/Odd.yaml"),
        "$type: Odd\n$from: Thing\n$select: {id: id, ab: \"a\\0b\"}\n");
    bergview.apply();
    bergview.refreshView(RefreshRequest.of("Odd"));
    assertThat(rows(bergview.find("Odd"))).containsExactly(Map.of("id", 1L, "ab", "v"));
    assertThat(rows(bergview.find("Thing").filter("{'a\\0b': 'v'}").select("id"))).hasSize(1);
  }

  private static void assertRefused(Throwable failure) {
    assertThat(failure).isInstanceOf(BergviewException.class);
    assertThat(((BergviewException) failure).code()).isNotEqualTo(ErrorCode.INTERNAL);
    assertThat(failure.getMessage()).contains("U+0000").doesNotContain("\0", "SELECT");
  }
}
