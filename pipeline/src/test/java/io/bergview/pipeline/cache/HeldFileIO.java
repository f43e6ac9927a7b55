package io.bergview.pipeline.cache;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.SeekableInputStream;

/** A FileIO in which whoever reads one file waits until a test lets it go on. */
final class HeldFileIO implements FileIO {
  private static final long serialVersionUID = 1L;

  private final transient FileIO real;
  private final String held;
  private final transient CountDownLatch reading = new CountDownLatch(1);
  private final transient CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger reads = new AtomicInteger();

  HeldFileIO(FileIO real, String held) {
    this.real = real;
    this.held = held;
  }

  /** Waits until somebody begins to read the file. */
  void awaitReader() {
    await(reading);
  }

  void letGo() {
    released.countDown();
  }

  /** How often the file was opened. */
  int reads() {
    return reads.get();
  }

  @Override
  public InputFile newInputFile(String location) {
    InputFile file = real.newInputFile(location);
    return location.equals(held) ? new HeldInput(file) : file;
  }

  @Override
  public InputFile newInputFile(String location, long length) {
    return newInputFile(location);
  }

  @Override
  public OutputFile newOutputFile(String location) {
    return real.newOutputFile(location);
  }

  @Override
  public void deleteFile(String location) {
    real.deleteFile(location);
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody came");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private final class HeldInput implements InputFile {
    private final InputFile file;

    private HeldInput(InputFile file) {
      this.file = file;
    }

    @Override
    public long getLength() {
      return file.getLength();
    }

    @Override
    public SeekableInputStream newStream() {
      reads.incrementAndGet();
      return new HeldStream(file.newStream());
    }

    @Override
    public String location() {
      return file.location();
    }

    @Override
    public boolean exists() {
      return file.exists();
    }
  }

  private final class HeldStream extends SeekableInputStream {
    private final SeekableInputStream stream;

    private HeldStream(SeekableInputStream stream) {
      this.stream = stream;
    }

    @Override
    public int read() throws IOException {
      reading.countDown();
      await(released);
      return stream.read();
    }

    @Override
    public long getPos() throws IOException {
      return stream.getPos();
    }

    @Override
    public void seek(long position) throws IOException {
      stream.seek(position);
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}
