package io.bergview.pipeline.cache;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.MissingFileException;
import io.bergview.errors.StorageException;
import io.bergview.errors.StorageRefusal;
import io.bergview.pipeline.CancelledException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.IOUtil;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets bytes of remote files into their local copies: all that is missing at once, in as many
 * requests as it takes, some of them in parallel. Others of this process who need a file wait until
 * its bytes are there; of files that two need, locks are taken in the same order.
 */
final class Fetch {
  private static final Logger LOG = LoggerFactory.getLogger(Fetch.class);
  private static final int MOST_REQUESTS_AT_ONCE = 16;
  private static final int ATTEMPTS = 3;
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration IDLE = Duration.ofSeconds(10);

  /** For all of the process: what limits requests is the machine's network. */
  private static final ExecutorService REQUESTS = requests();

  private record Wanted(LocalCopy copy, ByteRanges ranges) {}

  private record Request(LocalCopy copy, ByteRange range) {}

  private Fetch() {}

  private static ExecutorService requests() {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            MOST_REQUESTS_AT_ONCE,
            MOST_REQUESTS_AT_ONCE,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "bergview-fetch");
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Bytes of files that are local are there already.
   *
   * @return how many bytes were missing, with those between them that were fetched along
   */
  static long all(Map<LocalCopy, ByteRanges> wanted) {
    Map<Path, Wanted> byPath = new TreeMap<>();
    wanted.forEach(
        (copy, ranges) -> {
          if (copy.isRemote()) {
            byPath.merge(
                copy.path(),
                new Wanted(copy, ranges),
                (one, other) -> new Wanted(copy, one.ranges().plus(other.ranges())));
          }
        });
    List<ReentrantLock> locked = new ArrayList<>();
    try {
      List<Request> requests = new ArrayList<>();
      for (Wanted one : byPath.values()) {
        ReentrantLock lock = one.copy().remote().use().fetching;
        lock.lockInterruptibly();
        locked.add(lock);
        Requests.of(missing(one)).forEach(range -> requests.add(new Request(one.copy(), range)));
      }
      run(requests);
      return requests.stream().mapToLong(request -> request.range().length()).sum();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException(e);
    } finally {
      locked.forEach(ReentrantLock::unlock);
    }
  }

  private static ByteRanges missing(Wanted wanted) {
    LocalCopy copy = wanted.copy();
    try {
      return copy.remote().use().content.missing(wanted.ranges());
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "Cannot keep a copy of '%s' in %s: %s"
              .formatted(copy.file().location(), copy.path().getParent(), e.getMessage()),
          e);
    }
  }

  /** The first failure is thrown, and what has not begun by then does not begin. */
  private static void run(List<Request> requests) throws InterruptedException {
    if (requests.size() == 1) {
      fetch(requests.get(0));
      return;
    }
    List<Future<?>> started = new ArrayList<>();
    requests.forEach(request -> started.add(REQUESTS.submit(() -> fetch(request))));
    try {
      for (Future<?> request : started) {
        request.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      // Those that still run may write what they have: it is right, whoever needs it.
      started.forEach(request -> request.cancel(true));
    }
  }

  private static void fetch(Request request) {
    LocalCopy copy = request.copy();
    String location = copy.file().location();
    try {
      byte[] bytes = read(copy, request.range());
      copy.remote().use().content.write(request.range().start(), bytes);
    } catch (NotFoundException | FileNotFoundException e) {
      throw new MissingFileException(location, e);
    } catch (InterruptedException e) {
      throw new CancelledException(e);
    } catch (IOException | RuntimeException e) {
      if (isInterrupt(e)) {
        throw new CancelledException(e);
      }
      Optional<StorageRefusal> refusal = StorageRefusal.ofReading(e);
      if (refusal.isEmpty() && !(e instanceof IOException || e instanceof UncheckedIOException)) {
        throw (RuntimeException) e;
      }
      throw new StorageException(
          refusal.map(StorageRefusal::code).orElse(ErrorCode.STORAGE_FAILED),
          "Cannot read '%s': %s"
              .formatted(location, refusal.map(StorageRefusal::text).orElse(e.getMessage())),
          e);
    }
  }

  /** Connections break now and then, and storages ask to come again. */
  private static byte[] read(LocalCopy copy, ByteRange range)
      throws IOException, InterruptedException {
    Duration wait = FIRST_WAIT;
    for (int attempt = 1; ; attempt++) {
      try {
        return readOnce(copy, range);
      } catch (FileNotFoundException e) {
        throw e;
      } catch (IOException e) {
        if (e instanceof EOFException) {
          refuseCutOff(copy, e);
        }
        if (attempt == ATTEMPTS || isInterrupt(e)) {
          throw e;
        }
        LOG.debug("Reading {} again, from {}", copy.file().location(), range.start(), e);
        Thread.sleep(wait.toMillis());
        wait = wait.multipliedBy(4);
      }
    }
  }

  /** A timeout of the network is none, though Java's says that it is. */
  private static boolean isInterrupt(Exception failure) {
    return failure instanceof InterruptedIOException
        && !(failure instanceof SocketTimeoutException);
  }

  private static byte[] readOnce(LocalCopy copy, ByteRange range) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(range.length())];
    try (SeekableInputStream in = open(copy)) {
      if (in instanceof RangeReadable ranged) {
        ranged.readFully(range.start(), bytes);
      } else {
        in.seek(range.start());
        IOUtil.readFully(in, bytes, 0, bytes.length);
      }
    } catch (UncheckedIOException e) {
      throw requireNonNull(e.getCause(), "it always has one");
    }
    return bytes;
  }

  private static SeekableInputStream open(LocalCopy copy) {
    StoredFile file = copy.file();
    return copy.remote().io().newInputFile(file.location(), file.lengthBytes()).newStream();
  }

  /** Iceberg's files never change: one that is shorter was cut off, or is another file. */
  private static void refuseCutOff(LocalCopy copy, IOException cause) throws IOException {
    long length = copy.remote().io().newInputFile(copy.file().location()).getLength();
    long named = copy.file().lengthBytes();
    if (length != named) {
      throw new IOException(
          "it has %d bytes, its manifest says %d".formatted(length, named), cause);
    }
  }
}
