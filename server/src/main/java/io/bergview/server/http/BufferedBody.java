package io.bergview.server.http;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The body of a request, read as it arrives without holding a thread: a client may be slow, but not
 * for longer than {@link #LONGEST}.
 */
final class BufferedBody implements Runnable {
  static final int MOST_BYTES = 1 << 20;
  static final Duration LONGEST = Duration.ofSeconds(10);

  /** Hears what became of the body, once. */
  interface Listener {
    void read(byte[] body);

    void refused(int status, Failure failure);

    /** The time limit for the whole body. */
    void late(Failure failure);
  }

  private final Request request;
  private final Listener listener;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Scheduler.Task deadline;

  private BufferedBody(Request request, Listener listener) {
    this.request = request;
    this.listener = listener;
    this.deadline =
        request
            .getComponents()
            .getScheduler()
            .schedule(this::late, LONGEST.toMillis(), TimeUnit.MILLISECONDS);
  }

  static void read(Request request, Listener listener) {
    if (request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) > MOST_BYTES) {
      listener.refused(413, tooLarge());
    } else {
      new BufferedBody(request, listener).run();
    }
  }

  /** Reads the available bytes, and requests another call for more. */
  @Override
  public synchronized void run() {
    while (!over.get()) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        end(told -> told.refused(400, cutOff()));
        return;
      }
      boolean last = chunk.isLast();
      boolean fits = take(chunk);
      if (!fits) {
        end(told -> told.refused(413, tooLarge()));
      } else if (last) {
        end(told -> told.read(body.toByteArray()));
      }
    }
  }

  private boolean take(Content.Chunk chunk) {
    ByteBuffer bytes = chunk.getByteBuffer();
    boolean fits = body.size() + bytes.remaining() <= MOST_BYTES;
    if (fits) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      body.writeBytes(copy);
    }
    chunk.release();
    return fits;
  }

  private synchronized void late() {
    end(
        told ->
            told.late(
                failure(
                    "The body of the request did not arrive within %d s"
                        .formatted(LONGEST.toSeconds()))));
  }

  private void end(Consumer<Listener> how) {
    if (over.compareAndSet(false, true)) {
      deadline.cancel();
      how.accept(listener);
    }
  }

  private static Failure tooLarge() {
    return failure(
        "The body of the request is larger than %,d bytes, which is the most that is read"
            .formatted(MOST_BYTES));
  }

  private static Failure cutOff() {
    return failure("The body of the request is cut off, or not sent as its headers say");
  }

  private static Failure failure(String message) {
    return Failure.of(ErrorCode.USAGE, message);
  }
}
