package io.bergview.catalog;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionField;

/** Partitions by Iceberg's {@code bucket}, whose number only the transform's text tells. */
public final class Buckets {
  private static final Pattern BUCKET = Pattern.compile("bucket\\[(\\d+)]");

  private Buckets() {}

  /** How many buckets a field has; empty for another transform. */
  public static OptionalInt of(PartitionField field) {
    Matcher bucket = BUCKET.matcher(field.transform().toString());
    return bucket.matches()
        ? OptionalInt.of(Integer.parseInt(bucket.group(1)))
        : OptionalInt.empty();
  }
}
