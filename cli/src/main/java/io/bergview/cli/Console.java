package io.bergview.cli;

import static java.util.Objects.requireNonNull;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * What surrounds a command.
 *
 * @param outIsTerminal whether a person reads {@code out}
 * @param errIsTerminal whether a person reads {@code err}
 * @param directory what relative paths start from
 */
public record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean outIsTerminal,
    boolean errIsTerminal,
    Path directory,
    Clock clock) {
  private static final int BUFFER_BYTES = 1 << 16;

  public Console {
    requireNonNull(in, "in is null");
    requireNonNull(out, "out is null");
    requireNonNull(err, "err is null");
    requireNonNull(directory, "directory is null");
    requireNonNull(clock, "clock is null");
  }

  /** This process's own. */
  static Console ofProcess() {
    return new Console(
        new BufferedInputStream(new FileInputStream(FileDescriptor.in)),
        stream(FileDescriptor.out, false),
        stream(FileDescriptor.err, true),
        isTerminal(1),
        isTerminal(2),
        Path.of("").toAbsolutePath(),
        Clock.systemUTC());
  }

  private static PrintStream stream(FileDescriptor descriptor, boolean flushLines) {
    OutputStream out = new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES);
    return new PrintStream(out, flushLines, StandardCharsets.UTF_8);
  }

  /** Java itself can only tell for all three streams together. */
  private static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd/" + descriptor);
    try {
      if (Files.isSymbolicLink(link)) {
        String target = Files.readSymbolicLink(link).toString();
        return target.startsWith("/dev/pts/")
            || target.startsWith("/dev/tty")
            || target.equals("/dev/console");
      }
    } catch (IOException e) {
      return false;
    }
    return System.console() != null;
  }

  /** A path as the user wrote it, from where the user stands. */
  Path resolve(Path path) {
    return directory.resolve(path).normalize();
  }

  /**
   * {@code out} for data: buffered, and failing with {@link BrokenPipe} once nobody reads any more.
   * Flush it; it needs no closing.
   */
  OutputStream data() {
    return new BufferedOutputStream(new CheckedOutput(out), BUFFER_BYTES);
  }

  /** Whoever read our output has gone, as {@code | head} does; no error for anybody. */
  static final class BrokenPipe extends IOException {
    private static final long serialVersionUID = 1L;

    BrokenPipe() {
      super("nobody reads the output any more");
    }
  }

  /** A print stream keeps quiet about errors; this asks it after every write. */
  private static final class CheckedOutput extends OutputStream {
    private final PrintStream out;

    CheckedOutput(PrintStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
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
        throw new BrokenPipe();
      }
    }
  }
}
