package io.bergview.staleness.delta;

import java.util.ArrayList;
import java.util.List;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.encryption.EncryptionManager;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** A table that remembers which manifests, and which manifest lists, are opened. */
final class CountingTable {
  private final List<String> opened = new ArrayList<>();
  private final Table table;

  CountingTable(Table table) {
    this.table =
        new BaseTable(new Operations(((HasTableOperations) table).operations()), "counted");
  }

  Table table() {
    return table;
  }

  /** Names of the manifests opened since the last call, one for each opening. */
  synchronized List<String> manifestsOpened() {
    List<String> manifests =
        opened.stream().filter(name -> !name.startsWith("snap-")).sorted().toList();
    opened.clear();
    return manifests;
  }

  private synchronized void open(String location) {
    if (location.endsWith(".avro")) {
      opened.add(location.substring(location.lastIndexOf('/') + 1));
    }
  }

  private final class Operations implements TableOperations {
    private final TableOperations inner;

    Operations(TableOperations inner) {
      this.inner = inner;
    }

    @Override
    public TableMetadata current() {
      return inner.current();
    }

    @Override
    public TableMetadata refresh() {
      return inner.refresh();
    }

    @Override
    public void commit(TableMetadata base, TableMetadata metadata) {
      inner.commit(base, metadata);
    }

    @Override
    public FileIO io() {
      return new CountingIO(inner.io());
    }

    @Override
    public EncryptionManager encryption() {
      return inner.encryption();
    }

    @Override
    public String metadataFileLocation(String fileName) {
      return inner.metadataFileLocation(fileName);
    }

    @Override
    public LocationProvider locationProvider() {
      return inner.locationProvider();
    }
  }

  private final class CountingIO implements FileIO {
    private final FileIO inner;

    CountingIO(FileIO inner) {
      this.inner = inner;
    }

    @Override
    public InputFile newInputFile(String path) {
      return new CountingFile(inner.newInputFile(path));
    }

    @Override
    public InputFile newInputFile(String path, long length) {
      return new CountingFile(inner.newInputFile(path, length));
    }

    @Override
    public OutputFile newOutputFile(String path) {
      return inner.newOutputFile(path);
    }

    @Override
    public void deleteFile(String path) {
      inner.deleteFile(path);
    }
  }

  private final class CountingFile implements InputFile {
    private final InputFile inner;

    CountingFile(InputFile inner) {
      this.inner = inner;
    }

    @Override
    public long getLength() {
      return inner.getLength();
    }

    @Override
    public SeekableInputStream newStream() {
      open(location());
      return inner.newStream();
    }

    @Override
    public String location() {
      return inner.location();
    }

    @Override
    public boolean exists() {
      return inner.exists();
    }
  }
}
