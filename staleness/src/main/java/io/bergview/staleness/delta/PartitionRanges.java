package io.bergview.staleness.delta;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFile.PartitionFieldSummary;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.types.Comparators;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;

/**
 * The partitions that the files of one manifest may lie in, by what the manifest list says of it. A
 * bound is kept in the type of its partition field, so values are compared as they are, without
 * literals. What is not known holds everything.
 *
 * @param fields empty where nothing is known
 */
record PartitionRanges(int specId, List<Range> fields) {
  PartitionRanges {
    fields = List.copyOf(fields);
  }

  /**
   * The values of one partition field.
   *
   * @param order null for types without one, such as that of a field whose source was dropped
   * @param low null, like {@code high}, if there are no values other than null and NaN
   */
  record Range(
      @Nullable Comparator<Object> order,
      @Nullable Object low,
      @Nullable Object high,
      boolean mayBeNull,
      boolean mayBeNaN) {
    private static Range of(Type type, PartitionFieldSummary summary) {
      boolean floating = type.typeId() == TypeID.FLOAT || type.typeId() == TypeID.DOUBLE;
      Boolean nan = summary.containsNaN();
      boolean ordered = type.isPrimitiveType() && type.typeId() != TypeID.UNKNOWN;
      return new Range(
          ordered ? Comparators.forType(type.asPrimitiveType()) : null,
          ordered ? bound(type, summary.lowerBound()) : null,
          ordered ? bound(type, summary.upperBound()) : null,
          summary.containsNull(),
          floating && (nan == null || nan));
    }

    private static @Nullable Object bound(Type type, @Nullable ByteBuffer bytes) {
      return bytes == null ? null : Conversions.fromByteBuffer(type, bytes);
    }

    private boolean overlaps(Range other) {
      if ((mayBeNull && other.mayBeNull) || (mayBeNaN && other.mayBeNaN) || order == null) {
        return true;
      }
      return low != null
          && high != null
          && other.low != null
          && other.high != null
          && order.compare(low, other.high) <= 0
          && order.compare(other.low, high) <= 0;
    }

    private boolean holds(@Nullable Object value) {
      if (order == null) {
        return true;
      }
      if (value == null) {
        return mayBeNull;
      }
      boolean nan =
          (value instanceof Float number && number.isNaN())
              || (value instanceof Double wide && wide.isNaN());
      if (nan) {
        return mayBeNaN;
      }
      return low != null
          && high != null
          && order.compare(low, value) <= 0
          && order.compare(value, high) <= 0;
    }
  }

  static PartitionRanges of(ManifestFile manifest, Map<Integer, PartitionSpec> specs) {
    PartitionSpec spec = specs.get(manifest.partitionSpecId());
    List<PartitionFieldSummary> summaries = manifest.partitions();
    List<Range> fields = new ArrayList<>();
    if (spec != null && summaries != null) {
      List<Types.NestedField> types = spec.partitionType().fields();
      for (int i = 0; i < types.size() && i < summaries.size(); i++) {
        fields.add(Range.of(types.get(i).type(), summaries.get(i)));
      }
    }
    return new PartitionRanges(manifest.partitionSpecId(), fields);
  }

  /** Whether files of the two manifests may lie in one partition. */
  boolean overlap(PartitionRanges other) {
    if (specId != other.specId) {
      return false;
    }
    for (int i = 0; i < fields.size() && i < other.fields.size(); i++) {
      if (!fields.get(i).overlaps(other.fields.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether a file of the manifest may lie in a partition. */
  boolean holds(int spec, StructLike partition) {
    if (specId != spec) {
      return false;
    }
    for (int i = 0; i < fields.size(); i++) {
      if (!fields.get(i).holds(partition.get(i, Object.class))) {
        return false;
      }
    }
    return true;
  }
}
