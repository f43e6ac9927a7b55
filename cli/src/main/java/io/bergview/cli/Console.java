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
 * The environment of a command: its streams and options.
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
    out = StandardOutput.of(requireNonNull(out, "out is null"));
    requireNonNull(err, "err is null");
    requireNonNull(directory, "directory is null");
    requireNonNull(clock, "clock is null");
  }

  /** This process's own. */
  static Console ofProcess() {
    return new Console(
        new BufferedInputStream(new FileInputStream(FileDescriptor.in)),
        StandardOutput.to(new FileOutputStream(FileDescriptor.out)),
        new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.err), BUFFER_BYTES),
            true,
            StandardCharsets.UTF_8),
        isTerminal(1),
        isTerminal(2),
        Path.of("").toAbsolutePath(),
        Clock.systemUTC());
  }

  /** Java itself only reports it for all three streams together. */
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

  /** {@code out}, which remembers whether anything was lost. */
  StandardOutput standardOutput() {
    return (StandardOutput) out;
  }

  /** Whether a person reads {@code out} and types what this process reads. */
  boolean isInteractive() {
    return outIsTerminal && isTerminal(0);
  }

  /** A path as the user wrote it, from where the user stands. */
  Path resolve(Path path) {
    return directory.resolve(path).normalize();
  }

  /**
   * {@code out} for data: buffered, and failing as {@link StandardOutput#check} says once it cannot
   * be written. Flush it; it needs no closing.
   */
  OutputStream data() {
    return new BufferedOutputStream(new CheckedOutput(standardOutput()), BUFFER_BYTES);
  }

  /** Data is checked as it is written: a long result stops at the first write that fails. */
  private static final class CheckedOutput extends OutputStream {
    private final StandardOutput out;

    CheckedOutput(StandardOutput out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      out.check();
    }

    @Override
    public void flush() throws IOException {
      out.flush();
      out.check();
    }
  }
}
