package io.bergview.refresh;

import io.bergview.catalog.storage.LocalFileIO;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** Iceberg's JDBC catalog on local files, whose changes are {@link ProtocolSteps}. */
public final class SteppedCatalog extends JdbcCatalog {
  /** How data and manifests are written; metadata files go through a {@link SteppedFiles}. */
  enum Writing {
    /** As to local files: data files are renamed into place, and the disk is waited for at once. */
    IN_PLACE,
    /** As to any other storage: all that is done to a file is a step. */
    THROUGH_IO
  }

  private static volatile Writing writing = Writing.IN_PLACE;

  public SteppedCatalog() {
    super(
        properties -> {
          LocalFileIO files = new LocalFileIO();
          files.initialize(properties);
          return new SteppedFiles(files);
        },
        null,
        true);
  }

  /** How all tables of this process are written from now on. */
  static void write(Writing way) {
    writing = way;
  }

  @Override
  protected TableOperations newTableOps(TableIdentifier identifier) {
    return new Stepped(super.newTableOps(identifier), identifier.name());
  }

  private record Stepped(TableOperations real, String name) implements TableOperations {
    @Override
    public TableMetadata current() {
      return real.current();
    }

    @Override
    public TableMetadata refresh() {
      return real.refresh();
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      ProtocolSteps.step("commit " + name);
      real.commit(base, metadata);
      ProtocolSteps.step("landed " + name);
    }

    @Override
    public FileIO io() {
      return writing == Writing.IN_PLACE ? ((SteppedFiles) real.io()).real() : real.io();
    }

    @Override
    public EncryptionManager encryption() {
      return real.encryption();
    }

    @Override
    public String metadataFileLocation(String fileName) {
      ProtocolSteps.step("name " + fileName);
      return real.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
      return new SteppedLocations(real.locationProvider());
    }

    @Override
    public TableOperations temp(TableMetadata uncommitted) {
      return new Stepped(real.temp(uncommitted), name);
    }

    @Override
    public long newSnapshotId() {
      return real.newSnapshotId();
    }

    @Override
    public boolean requireStrictCleanup() {
      return real.requireStrictCleanup();
    }
  }

  private record SteppedLocations(LocationProvider real) implements LocationProvider {
    @Override
    public String newDataLocation(String filename) {
      ProtocolSteps.step("name " + filename);
      return real.newDataLocation(filename);
    }

    @Override
    public String newDataLocation(PartitionSpec spec, StructLike partition, String filename) {
      ProtocolSteps.step("name " + filename);
      return real.newDataLocation(spec, partition, filename);
    }
  }
}
