package io.bergview.pipeline.scan;

import static io.bergview.projection.sql.DuckDbTypes.quote;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;

/**
 * The requested columns out of one Parquet file that DuckDB reads as table {@code f}.
 *
 * @param expressions SQL of each column; empty where its value is one constant for the file
 * @param constants SQL of the columns that the expressions leave empty, in order
 * @param physical the file's types of the columns read
 */
record FileColumns(
    List<Optional<String>> expressions, List<String> constants, List<String> physical) {
  private static final Set<String> VIRTUAL = Set.of("file_row_number", "file_index");

  /**
   * Empty where DuckDB would not give what Iceberg's reader gives.
   *
   * @param constants values of identity partition sources, and of {@code _file}, by field id
   * @param byPosition whether rows of the file are deleted or chosen by position
   */
  static Optional<FileColumns> of(
      FileShape shape, Schema requested, Map<Integer, ?> constants, boolean byPosition) {
    FileColumns columns = new FileColumns(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    boolean positions = byPosition;
    for (NestedField column : requested.columns()) {
      positions |= RequestedColumns.isPosition(column);
      if (!columns.add(column, shape, constants)) {
        return Optional.empty();
      }
    }
    boolean virtual = positions || !columns.constants.isEmpty();
    return shape.hasDistinctNames() && !(virtual && shape.hasColumnNamed(VIRTUAL))
        ? Optional.of(columns)
        : Optional.empty();
  }

  /** Whether rows of the file can be told by their ordinals. */
  static boolean hasPositions(FileShape shape) {
    return !shape.hasColumnNamed(VIRTUAL);
  }

  private boolean add(NestedField column, FileShape shape, Map<Integer, ?> fileConstants) {
    if (RequestedColumns.isPosition(column)) {
      expressions.add(Optional.of("f.file_row_number"));
      return true;
    }
    NestedField inFile = shape.column(column.fieldId());
    if (inFile == null && fileConstants.containsKey(column.fieldId())) {
      expressions.add(Optional.empty());
      constants.add(ConstantSql.of(column.type(), fileConstants.get(column.fieldId())));
      return true;
    }
    if (inFile == null) {
      expressions.add(Optional.of(FieldSql.missing(column)));
      return true;
    }
    if (!shape.isPlain(inFile.name()) || inFile.name().indexOf('\0') >= 0) {
      return false;
    }
    Optional<String> sql =
        FieldSql.of(column, inFile, "f." + quote(inFile.name()), shape.hasExactType(inFile.name()));
    if (sql.isPresent()) {
      expressions.add(sql);
      physical.add(shape.physical(inFile.name()));
    }
    return sql.isPresent();
  }
}
