package io.bergview.catalog.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * A local file to read.
 *
 * @param written the expected length in bytes, if another file records it: a file of another length
 *     is refused. It is known for manifests, and needed there because Avro's reader takes the end
 *     of a file within a block for the end of the data
 */
record LocalInputFile(String location, Path path, OptionalLong written) implements InputFile {
  LocalInputFile(String location, Path path) {
    this(location, path, OptionalLong.empty());
  }

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
      if (written.isPresent() && Files.size(path) != written.getAsLong()) {
        throw new RuntimeIOException(
            "%s has %d bytes and was written with %d",
            location, Files.size(path), written.getAsLong());
      }
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
