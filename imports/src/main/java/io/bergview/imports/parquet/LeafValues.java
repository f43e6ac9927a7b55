package io.bergview.imports.parquet;

import io.bergview.errors.DataException;
import io.bergview.imports.source.SourceFile;
import java.io.IOException;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;

/** The values of a column of a Parquet file, at whatever depth it is, one after another. */
final class LeafValues {
  private LeafValues() {}

  /** Looks at the value that a reader is at. */
  interface Test {
    boolean test(ColumnReader values);
  }

  /**
   * Whether a value, null left out, passes a test. Only the pages of the column are read.
   *
   * @throws DataException {@code IMPORT_FILE_UNREADABLE}
   */
  static boolean any(SourceFile file, ParquetMetadata footer, ColumnDescriptor column, Test test) {
    MessageType schema = footer.getFileMetaData().getSchema();
    try (ParquetFileReader reader =
        ParquetFileReader.open(new LocalInputFile(file.path()), ParquetFooter.OPTIONS)) {
      reader.setRequestedSchema(List.of(column));
      for (PageReadStore pages = reader.readNextRowGroup();
          pages != null;
          pages = reader.readNextRowGroup()) {
        ColumnReader values =
            new ColumnReadStoreImpl(
                    pages, new Ignoring(), schema, footer.getFileMetaData().getCreatedBy())
                .getColumnReader(column);
        if (any(values, column, test)) {
          return true;
        }
      }
      return false;
    } catch (IOException | RuntimeException e) {
      throw e instanceof DataException known ? known : ParquetFooter.unreadable(file, e);
    }
  }

  private static boolean any(ColumnReader values, ColumnDescriptor column, Test test) {
    for (long left = values.getTotalValueCount(); left > 0; left--) {
      boolean isThere = values.getCurrentDefinitionLevel() == column.getMaxDefinitionLevel();
      if (isThere && test.test(values)) {
        return true;
      }
      values.consume();
    }
    return false;
  }

  /** Parquet's readers expect somebody who takes the values. */
  private static final class Ignoring extends GroupConverter {
    @Override
    public Converter getConverter(int field) {
      return new GroupOrValue();
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }

  private static final class GroupOrValue extends PrimitiveConverter {
    private final Ignoring group = new Ignoring();

    @Override
    public GroupConverter asGroupConverter() {
      return group;
    }
  }
}
