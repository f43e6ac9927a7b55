package io.bergview.server.http;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Output to a client, which reports a closed connection as such. */
final class ClientOutput extends FilterOutputStream {
  /** That the client does not take its answer any more. */
  static final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(IOException cause) {
      super("The client has gone: " + cause.getMessage(), cause);
    }
  }

  ClientOutput(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw new ClientGoneException(e);
    }
  }

  /** What fits into the buffer is sent at the end, when it is known whether anything failed. */
  @Override
  public void flush() {}
}
