package io.bergview.query;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A stream whose writer ends its format when it is closed, also after a failure: from the failure
 * on nothing more is passed on, so that what was written does not look complete.
 */
final class ClosingStream extends FilterOutputStream {
  private boolean failed;

  ClosingStream(OutputStream out) {
    super(out);
  }

  /** Writes rows, and says how many. */
  @FunctionalInterface
  interface Body {
    long write() throws IOException;
  }

  long unlessItFails(Body body) throws IOException {
    boolean done = false;
    try {
      long rows = body.write();
      done = true;
      return rows;
    } finally {
      failed = !done;
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (!failed) {
      out.write(bytes, offset, length);
    }
  }

  /** Flushes, but does not close: the underlying stream belongs to the caller. */
  @Override
  public void close() {}
}
