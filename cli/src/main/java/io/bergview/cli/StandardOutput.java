package io.bergview.cli;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.StorageException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers why it failed, which a {@link PrintStream} forgets. The first
 * failure is final: nothing is written after it, so that what arrived has no gap.
 */
final class StandardOutput extends PrintStream {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Target target;
  private boolean reported;

  private StandardOutput(Target target) {
    super(new BufferedOutputStream(target, BUFFER_BYTES), false, StandardCharsets.UTF_8);
    this.target = target;
  }

  /** Buffers what is written to {@code out}. */
  static StandardOutput to(OutputStream out) {
    return new StandardOutput(new Target(out));
  }

  /** The same stream where it is one of these; of another only that it failed is known. */
  static StandardOutput of(PrintStream out) {
    return out instanceof StandardOutput known ? known : to(new Checked(out));
  }

  /**
   * Fails if any output so far is lost.
   *
   * @throws BrokenPipe if the reader has closed the pipe
   * @throws StorageException {@code STORAGE_FAILED} for every other reason
   */
  void check() throws BrokenPipe {
    IOException failure = target.failure;
    if (failure == null) {
      return;
    }
    reported = true;
    if (BrokenPipe.is(failure)) {
      throw new BrokenPipe(failure);
    }
    throw new StorageException(
        ErrorCode.STORAGE_FAILED,
        "Cannot write to standard output: " + BrokenPipe.reason(failure),
        failure);
  }

  /** Whether it failed and {@link #check} has not said so yet. */
  boolean failedUnnoticed() {
    return target.failure != null && !reported;
  }

  /** Where the bytes go, until it fails. */
  private static final class Target extends OutputStream {
    private final OutputStream out;
    private @Nullable IOException failure;

    Target(OutputStream out) {
      this.out = requireNonNull(out, "out is null");
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      failIfFailed();
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        throw failed(e);
      }
    }

    @Override
    public void flush() throws IOException {
      failIfFailed();
      try {
        out.flush();
      } catch (IOException e) {
        throw failed(e);
      }
    }

    private void failIfFailed() throws IOException {
      if (failure != null) {
        throw new IOException(failure);
      }
    }

    private IOException failed(IOException reason) {
      failure = reason;
      return reason;
    }
  }

  /** Checks a print stream for failure after every write. */
  private static final class Checked extends OutputStream {
    private final PrintStream out;

    Checked(PrintStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      check();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      check();
    }

    @Override
    public void flush() throws IOException {
      out.flush();
      check();
    }

    private void check() throws IOException {
      if (out.checkError()) {
        throw new IOException("the stream failed");
      }
    }
  }
}
