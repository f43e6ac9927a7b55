package io.bergview.spark.engine;

import java.util.Set;
import org.apache.iceberg.Schema;
import org.apache.iceberg.spark.SparkSchemaUtil;
import org.apache.iceberg.spark.source.SparkRewriteTable;
import org.apache.spark.sql.connector.catalog.MetadataColumn;
import org.apache.spark.sql.connector.catalog.SupportsMetadataColumns;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A table as Iceberg's rewrites read and write it: given files, and files that are not committed.
 * Unlike theirs it has no columns of row lineage among its own, which in Spark would hide its other
 * metadata columns.
 */
final class GivenTable implements SupportsRead, SupportsWrite, SupportsMetadataColumns {
  private final SparkRewriteTable rewrite;
  private final Schema columns;

  GivenTable(SparkRewriteTable rewrite, Schema columns) {
    this.rewrite = rewrite;
    this.columns = columns;
  }

  @Override
  public String name() {
    return rewrite.name();
  }

  @Override
  @Deprecated
  public StructType schema() {
    return SparkSchemaUtil.convert(columns);
  }

  @Override
  public Transform[] partitioning() {
    return rewrite.partitioning();
  }

  @Override
  public Set<TableCapability> capabilities() {
    return rewrite.capabilities();
  }

  @Override
  public MetadataColumn[] metadataColumns() {
    return rewrite.metadataColumns();
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return rewrite.newScanBuilder(options);
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    return rewrite.newWriteBuilder(info);
  }
}
