package io.bergview.refresh.change;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;

/** Records the files written through a FileIO, even if their writers fail. */
final class TrackedFiles implements FileIO {
  private static final long serialVersionUID = 1L;

  private final FileIO files;
  private final List<String> written = Collections.synchronizedList(new ArrayList<>());

  TrackedFiles(FileIO files) {
    this.files = files;
  }

  List<String> written() {
    return List.copyOf(written);
  }

  @Override
  public InputFile newInputFile(String location) {
    return files.newInputFile(location);
  }

  @Override
  public OutputFile newOutputFile(String location) {
    written.add(location);
    return files.newOutputFile(location);
  }

  @Override
  public void deleteFile(String location) {
    files.deleteFile(location);
  }
}
