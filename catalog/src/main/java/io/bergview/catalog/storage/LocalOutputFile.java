package io.bergview.catalog.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** A local file to write. */
record LocalOutputFile(String location, Path path, boolean sync) implements OutputFile {
  @Override
  public PositionOutputStream create() {
    if (Files.exists(path)) {
      throw new AlreadyExistsException("File already exists: %s", location);
    }
    return open(LocalOutputStream.Existing.KEEP);
  }

  @Override
  public PositionOutputStream createOrOverwrite() {
    return open(LocalOutputStream.Existing.REPLACE);
  }

  private PositionOutputStream open(LocalOutputStream.Existing existing) {
    try {
      return new LocalOutputStream(this, existing);
    } catch (IOException e) {
      throw LocalFileIO.failure("create", location, e);
    }
  }

  @Override
  public InputFile toInputFile() {
    return new LocalInputFile(location, path);
  }

  @Override
  public String toString() {
    return location;
  }
}
