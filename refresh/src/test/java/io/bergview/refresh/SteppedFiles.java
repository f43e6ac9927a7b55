package io.bergview.refresh;

import java.io.IOException;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.DelegateFileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.PositionOutputStream;

/** A FileIO whose changes of files are {@link ProtocolSteps}. */
record SteppedFiles(DelegateFileIO real) implements DelegateFileIO {
  @Override
  public InputFile newInputFile(String location) {
    return real.newInputFile(location);
  }

  @Override
  public OutputFile newOutputFile(String location) {
    ProtocolSteps.step("open " + location);
    return new SteppedOutput(real.newOutputFile(location));
  }

  @Override
  public void deleteFile(String location) {
    ProtocolSteps.step("delete " + location);
    real.deleteFile(location);
  }

  @Override
  public void deleteFiles(Iterable<String> locations) throws BulkDeletionFailureException {
    locations.forEach(this::deleteFile);
  }

  @Override
  public Iterable<FileInfo> listPrefix(String prefix) {
    return real.listPrefix(prefix);
  }

  @Override
  public void deletePrefix(String prefix) {
    ProtocolSteps.step("delete all of " + prefix);
    real.deletePrefix(prefix);
  }

  @Override
  public void close() {
    real.close();
  }

  private record SteppedOutput(OutputFile real) implements OutputFile {
    @Override
    public PositionOutputStream create() {
      return new SteppedStream(real.create(), location());
    }

    @Override
    public PositionOutputStream createOrOverwrite() {
      return new SteppedStream(real.createOrOverwrite(), location());
    }

    @Override
    public String location() {
      return real.location();
    }

    @Override
    public InputFile toInputFile() {
      return real.toInputFile();
    }
  }

  private static final class SteppedStream extends PositionOutputStream {
    private final PositionOutputStream real;
    private final String location;
    private boolean closed;

    private SteppedStream(PositionOutputStream real, String location) {
      this.real = real;
      this.location = location;
    }

    @Override
    public void write(int value) throws IOException {
      real.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      real.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      real.flush();
    }

    @Override
    public long getPos() throws IOException {
      return real.getPos();
    }

    @Override
    public long storedLength() throws IOException {
      return real.storedLength();
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        real.flush();
        ProtocolSteps.step("close " + location);
        real.close();
        ProtocolSteps.step("closed " + location);
      }
    }
  }
}
