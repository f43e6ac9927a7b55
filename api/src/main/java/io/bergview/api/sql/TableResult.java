package io.bergview.api.sql;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/** A table of rows under construction. */
final class TableResult {
  static final Type TEXT = Types.StringType.get();
  static final Type NUMBER = Types.LongType.get();
  static final Type FLAG = Types.BooleanType.get();
  static final Type MOMENT = Types.TimestampType.withZone();

  private final List<Types.NestedField> columns = new ArrayList<>();
  private final List<List<@Nullable Object>> rows = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  TableResult column(String name, Type type) {
    columns.add(Types.NestedField.optional(columns.size() + 1, name, type));
    return this;
  }

  /** Columns of text. */
  TableResult columns(String... names) {
    for (String name : names) {
      column(name, TEXT);
    }
    return this;
  }

  /** Counts that are not known, which are negative, are null. */
  static @Nullable Long known(long count) {
    return count < 0 ? null : count;
  }

  static @Nullable OffsetDateTime moment(Optional<Instant> instant) {
    return instant.map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null);
  }

  TableResult row(@Nullable Object... values) {
    rows.add(new ArrayList<>(Arrays.asList(values)));
    return this;
  }

  TableResult remark(String line) {
    remarks.add(line);
    return this;
  }

  SqlResult.Table build() {
    return new SqlResult.Table(new Schema(columns), rows, remarks);
  }
}
