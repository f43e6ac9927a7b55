package io.bergview.catalog.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** A local file to read. */
record LocalInputFile(String location, Path path) implements InputFile {
  @Override
  public long getLength() {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw LocalFileIO.failure("read the length of", location, e);
    }
  }

  @Override
  public SeekableInputStream newStream() {
    try {
      if (ManifestListEnd.isManifestList(path)) {
        ManifestListEnd.check(path);
      }
      return new LocalInputStream(path);
    } catch (IOException e) {
      throw LocalFileIO.failure("open", location, e);
    }
  }

  @Override
  public boolean exists() {
    return Files.isRegularFile(path);
  }

  @Override
  public String toString() {
    return location;
  }
}
