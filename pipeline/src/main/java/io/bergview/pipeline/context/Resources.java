package io.bergview.pipeline.context;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What is to be closed together, the last first, once. Thread-safe. */
final class Resources implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final @Nullable Resources owner;
  private boolean closed;

  Resources() {
    this.owner = null;
  }

  /** Part of others, with which they are closed at the latest. */
  Resources(Resources owner) {
    this.owner = owner;
    owner.add(this);
  }

  /**
   * @throws IllegalStateException where these are closed already; then so is the one given
   */
  <T extends AutoCloseable> T add(T resource) {
    synchronized (this) {
      if (!closed) {
        open.push(resource);
        return resource;
      }
    }
    IllegalStateException late = closedAlready();
    close(resource, late);
    throw late;
  }

  synchronized void checkOpen() {
    if (closed) {
      throw closedAlready();
    }
  }

  private static IllegalStateException closedAlready() {
    return new IllegalStateException("The project is closed");
  }

  /** All are closed, even if some fail; the first failure is thrown, with the others suppressed. */
  @Override
  public void close() {
    RuntimeException failure = null;
    for (AutoCloseable next = take(); next != null; next = take()) {
      failure = close(next, failure);
    }
    if (owner != null) {
      owner.forget(this);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private synchronized void forget(AutoCloseable resource) {
    open.remove(resource);
  }

  private synchronized @Nullable AutoCloseable take() {
    closed = true;
    return open.poll();
  }

  private static @Nullable RuntimeException close(
      AutoCloseable resource, @Nullable RuntimeException before) {
    try {
      resource.close();
      return before;
    } catch (Exception e) {
      RuntimeException failure =
          e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
      if (before == null) {
        return failure;
      }
      before.addSuppressed(failure);
      return before;
    }
  }
}
