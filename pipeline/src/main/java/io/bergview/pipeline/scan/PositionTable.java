package io.bergview.pipeline.scan;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import io.bergview.pipeline.DuckDbSession;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Rows of the files of one {@code read_parquet}, as a table to join with: {@code file}, the file's
 * index in the scan, and {@code row}, the ordinal in the file.
 *
 * <p>A semi-join directly on these columns reads only the row groups and pages that contain such
 * rows: DuckDB pushes the ordinals into the scan and skips the rest. Joining on one number computed
 * from both reads every file whole. Ordinals of several files are pushed as one set, so a single
 * file, joined on the ordinal only, is the cheapest form if there are few.
 */
final class PositionTable {
  private PositionTable() {}

  /** Makes the table. */
  static void load(DuckDbSession session, String name, List<Positions> byFileIndex) {
    session.load(name, new PositionReader(session.allocator(), byFileIndex));
  }

  /**
   * The clause behind the scan {@code f}.
   *
   * @param kind ANTI or SEMI
   * @param files how many files the scan has
   */
  static String join(String kind, String name, int files) {
    return " %s JOIN %s AS d ON d.row = f.file_row_number%s"
        .formatted(
            kind, quote(name), files == 1 ? "" : " AND d.file = CAST(f.file_index AS BIGINT)");
  }

  /** One batch per file. */
  private static final class PositionReader extends ArrowReader {
    private final List<Positions> files;
    private int file;

    PositionReader(BufferAllocator allocator, List<Positions> files) {
      super(allocator);
      this.files = List.copyOf(files);
    }

    @Override
    protected Schema readSchema() {
      ArrowType integer = new ArrowType.Int(64, true);
      return new Schema(
          List.of(Field.notNullable("file", integer), Field.notNullable("row", integer)));
    }

    @Override
    public boolean loadNextBatch() throws IOException {
      VectorSchemaRoot root = getVectorSchemaRoot();
      while (file < files.size() && files.get(file).isEmpty()) {
        file++;
      }
      if (file == files.size()) {
        return false;
      }
      Positions positions = files.get(file);
      BigIntVector indexes = (BigIntVector) root.getVector(0);
      BigIntVector rows = (BigIntVector) root.getVector(1);
      indexes.allocateNew(positions.size());
      rows.allocateNew(positions.size());
      for (int i = 0; i < positions.size(); i++) {
        indexes.set(i, file);
        rows.set(i, positions.at(i));
      }
      root.setRowCount(positions.size());
      file++;
      return true;
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    protected void closeReadSource() {}
  }
}
