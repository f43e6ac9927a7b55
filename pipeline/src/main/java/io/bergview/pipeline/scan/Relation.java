package io.bergview.pipeline.scan;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * The live rows of some Iceberg files, as SQL of one session.
 *
 * <p>Columns: for each top-level field of the schema {@code c<id>}, in its order, of exactly the
 * type that the engine has for its type; for a schema without fields one constant column, so that
 * rows can be counted. Rows are in no particular order.
 *
 * <p>Close it when no statement reads it any more: it holds tables of the session and copies of
 * remote files.
 */
public final class Relation implements AutoCloseable {
  private final Function<Set<Integer>, String> select;
  private @Nullable String sql;
  private final Schema schema;
  private final Size size;
  private final List<Runnable> releases;

  /**
   * What will be read, from metadata only.
   *
   * @param rows rows in the data files, less those that position deletes and deletion vectors
   *     remove; equality deletes are not subtracted
   * @param bytes length of the data files
   * @param files how many data files
   * @param filesByJava how many of them go through Iceberg's readers instead of DuckDB's
   */
  public record Size(long rows, long bytes, int files, int filesByJava) {}

  /**
   * @param select SQL of some of the columns, by field id; fetches what it reads
   */
  public Relation(
      Function<Set<Integer>, String> select, Schema schema, Size size, List<Runnable> releases) {
    this.select = requireNonNull(select, "select is null");
    this.schema = requireNonNull(schema, "schema is null");
    this.size = requireNonNull(size, "size is null");
    this.releases = List.copyOf(releases);
  }

  /**
   * A parenthesised SELECT, to be used where a table may stand. Of remote files everything is
   * fetched that it reads.
   *
   * @throws io.bergview.errors.MissingFileException if a remote file no longer exists
   * @throws io.bergview.errors.StorageException if one cannot be read
   */
  public String sql() {
    if (sql == null) {
      sql = select.apply(ids(schema));
    }
    return sql;
  }

  /**
   * The same rows with some of the columns, in the order of the schema: naming thousands of columns
   * costs DuckDB a tenth of a second, whether anything of them is read or not, and those of remote
   * files need not be fetched.
   *
   * @param columns fields of the relation by id
   */
  public String sql(Schema columns) {
    return columns.columns().size() < schema.columns().size() ? select.apply(ids(columns)) : sql();
  }

  private static Set<Integer> ids(Schema schema) {
    return schema.columns().stream().map(NestedField::fieldId).collect(Collectors.toSet());
  }

  public Schema schema() {
    return schema;
  }

  public Size size() {
    return size;
  }

  @Override
  public void close() {
    releases.forEach(Runnable::run);
  }
}
