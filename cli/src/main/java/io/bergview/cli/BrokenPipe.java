package io.bergview.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;

/** The reader of our output has closed it, as {@code | head} does; no error for anybody. */
final class BrokenPipe extends IOException {
  private static final long serialVersionUID = 1L;

  BrokenPipe(IOException cause) {
    super("the reader of the output has closed it", cause);
  }

  /**
   * Whether a write failed with EPIPE. Java reports the error only as the operating system's text,
   * which depends on the locale, so it is compared with that of a pipe broken on purpose.
   */
  static boolean is(IOException failure) {
    return reason(failure).equals("Broken pipe") || reason(failure).equals(Wording.OF_THIS_SYSTEM);
  }

  /** The operating system's message. */
  static String reason(IOException failure) {
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }

  /** In a class of its own, so that it is loaded only after a failure. */
  private static final class Wording {
    static final String OF_THIS_SYSTEM = ofThisSystem();

    private static String ofThisSystem() {
      try {
        Pipe pipe = Pipe.open();
        pipe.source().close();
        try (Pipe.SinkChannel sink = pipe.sink()) {
          sink.write(ByteBuffer.allocate(1));
          return "Broken pipe";
        }
      } catch (IOException e) {
        return reason(e);
      }
    }
  }
}
