package io.bergview.pipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.MissingFileException;
import io.bergview.errors.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFilesTest {
  @TempDir Path temp;
  private final InMemoryFileIO io = new InMemoryFileIO();

  @Test
  void locationsAreTakenLiterallyFirst() throws IOException {
    Path percent = Files.writeString(temp.resolve("a%20b"), "");
    Path space = Files.writeString(temp.resolve("c d"), "");
    assertThat(LocalFiles.localPath(percent.toString())).contains(percent);
    assertThat(LocalFiles.localPath("file:" + percent)).contains(percent);
    assertThat(LocalFiles.localPath("file://" + percent)).contains(percent);
    assertThat(LocalFiles.localPath("file://localhost" + percent)).contains(percent);
    assertThat(LocalFiles.localPath(space.toUri().toString())).contains(space);
    assertThat(LocalFiles.localPath(temp + "/x%2")).contains(temp.resolve("x%2"));
    assertThat(LocalFiles.localPath("s3://bucket/x")).isEmpty();
    assertThat(LocalFiles.localPath("memory:/x")).isEmpty();
  }

  @Test
  void aRemoteFileIsFetchedOnceAndEvictedWhenUnused() throws IOException {
    Path cache = temp.resolve("cache");
    LocalFiles files = new LocalFiles(cache, 250, Clock.systemUTC());
    LocalCopy first = acquire(files, remote("one", 100), 100);
    assertThat(Files.size(first.path())).isEqualTo(100);
    assertThat(acquire(files, "memory:/one", 100).path()).isEqualTo(first.path());
    LocalCopy second = acquire(files, remote("two", 100), 100);
    files.release(second);
    LocalCopy third = acquire(files, remote("three", 100), 100);
    assertThat(first.path()).exists();
    assertThat(second.path()).doesNotExist();
    assertThat(third.path()).exists();
    files.release(first);
    files.release(third);
    acquire(files, remote("four", 200), 200);
    assertThat(first.path()).exists(); // It was acquired twice.
    assertThat(third.path()).doesNotExist();
  }

  @Test
  void theFileUsedLongestAgoGoesFirst() throws IOException {
    Path cache = temp.resolve("cache");
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    LocalCopy old = use(cache, now, "old");
    LocalCopy recent = use(cache, now.plusSeconds(60), "recent");
    use(cache, now.plusSeconds(120), "old");
    LocalCopy last = use(cache, now.plusSeconds(180), "last");
    assertThat(old.path()).exists();
    assertThat(recent.path()).doesNotExist();
    assertThat(last.path()).exists();
  }

  @Test
  void aTornOrMissingRemoteFileLeavesNothing() throws IOException {
    Path cache = temp.resolve("cache");
    LocalFiles files = new LocalFiles(cache, 1000, Clock.systemUTC());
    assertThatThrownBy(() -> acquire(files, "memory:/gone", 5))
        .isInstanceOf(MissingFileException.class);
    String torn = remote("torn", 99);
    assertThatThrownBy(() -> acquire(files, torn, 100))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("99");
    try (Stream<Path> left = Files.list(cache)) {
      assertThat(left).noneMatch(file -> !file.endsWith("in-use.lock"));
    }
  }

  @Test
  void aTimeoutOfTheNetworkIsTriedAgainAndIsNoCancellation() throws IOException {
    String location = remote("slow", 100);
    for (int timeouts : new int[] {2, 3}) {
      LocalFiles files = new LocalFiles(temp.resolve("cache" + timeouts), 1000, Clock.systemUTC());
      AtomicInteger left = new AtomicInteger(timeouts);
      FileIO timingOut =
          new InMemoryFileIO() {
            @Override
            public InputFile newInputFile(String name) {
              if (left.getAndDecrement() > 0) {
                throw new UncheckedIOException(new SocketTimeoutException("Read timed out"));
              }
              return io.newInputFile(name);
            }
          };
      if (timeouts < 3) {
        assertThat(acquire(files, timingOut, location, 100).path()).hasSize(100);
      } else {
        assertThatThrownBy(() -> acquire(files, timingOut, location, 100))
            .isInstanceOf(StorageException.class)
            .hasMessageContaining("Read timed out");
      }
    }
  }

  @Test
  void aFileThatOneWorkerReadsIsNotDeletedForAnother() throws IOException {
    Path cache = Files.createDirectory(temp.resolve("cache"));
    Path link = Files.createSymbolicLink(temp.resolve("link"), cache);
    LocalFiles one = new LocalFiles(cache, 150, Clock.systemUTC());
    LocalFiles other = new LocalFiles(link, 150, Clock.systemUTC());
    LocalCopy read = acquire(one, remote("read", 100), 100);

    LocalCopy fetched = acquire(other, remote("fetched", 100), 100);
    assertThat(read.path()).as("while the first worker reads it").exists();

    one.release(read);
    other.release(fetched);
    acquire(other, remote("third", 100), 100);
    assertThat(read.path()).as("once nobody reads it").doesNotExist();
  }

  @Test
  void aFolderThatCannotLockServesThisProcess() throws IOException {
    Path cache = temp.resolve("cache");
    Files.createDirectories(cache.resolve("in-use.lock"));
    LocalFiles files = new LocalFiles(cache, 150, Clock.systemUTC());

    LocalCopy read = acquire(files, remote("read", 100), 100);
    LocalCopy fetched = acquire(files, remote("fetched", 100), 100);
    assertThat(read.path()).as("while this process reads it").exists();

    files.release(read);
    files.release(fetched);
    acquire(files, remote("third", 100), 100);
    assertThat(read.path()).as("once nobody reads it").doesNotExist();
  }

  @Test
  void aFileThatIsBeingFetchedIsNotDeletedForAnother() throws Exception {
    Path cache = temp.resolve("cache");
    LocalFiles slow = new LocalFiles(cache, 150, Clock.systemUTC());
    LocalFiles other = new LocalFiles(cache, 150, Clock.systemUTC());
    HeldFileIO held = new HeldFileIO(io, remote("slow", 100));
    ExecutorService worker = Executors.newSingleThreadExecutor();
    try {
      Future<LocalCopy> fetching = worker.submit(() -> acquire(slow, held, "memory:/slow", 100));
      held.awaitReader();
      other.release(acquire(other, remote("second", 100), 100));
      other.release(acquire(other, remote("third", 100), 100));
      held.letGo();

      assertThat(fetching.get(10, TimeUnit.SECONDS).path()).exists();
    } finally {
      held.letGo();
      worker.shutdownNow();
    }
  }

  @Test
  void twoWorkersThatNeedOneFileFetchItOnce() throws Exception {
    Path cache = temp.resolve("cache");
    HeldFileIO held = new HeldFileIO(io, remote("shared", 100));
    ExecutorService workers = Executors.newFixedThreadPool(2);
    try {
      List<Future<LocalCopy>> fetching = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        LocalFiles files = new LocalFiles(cache, 150, Clock.systemUTC());
        fetching.add(workers.submit(() -> acquire(files, held, "memory:/shared", 100)));
      }
      held.awaitReader();
      held.letGo();

      Path first = fetching.get(0).get(10, TimeUnit.SECONDS).path();
      assertThat(fetching.get(1).get(10, TimeUnit.SECONDS).path()).isEqualTo(first).exists();
      assertThat(held.reads()).isEqualTo(1);
    } finally {
      held.letGo();
      workers.shutdownNow();
    }
  }

  @Test
  void aCopyThatWasCutOffIsFetchedAgain() throws IOException {
    LocalFiles files = new LocalFiles(temp.resolve("cache"), 1000, Clock.systemUTC());
    LocalCopy copy = acquire(files, remote("one", 100), 100);
    files.release(copy);
    Files.write(copy.path(), new byte[7]);

    assertThat(acquire(files, "memory:/one", 100).path()).isEqualTo(copy.path()).hasSize(100);
  }

  @Test
  void anotherFileOfTheSameNameAndLengthIsFetched() throws IOException {
    LocalFiles files = new LocalFiles(temp.resolve("cache"), 1000, Clock.systemUTC());
    String location = remote("part-0", 3);
    LocalCopy before = fetched(files, files.acquire(io, new StoredFile(location, 3, "table 1")));
    try (OutputStream out = io.newOutputFile(location).createOrOverwrite()) {
      out.write(new byte[] {7, 8, 9});
    }

    LocalCopy after = fetched(files, files.acquire(io, new StoredFile(location, 3, "table 2")));

    assertThat(after.path()).hasBinaryContent(new byte[] {7, 8, 9});
    assertThat(before.path()).as("others still read it").hasBinaryContent(new byte[3]);
  }

  private LocalCopy acquire(LocalFiles files, String location, long length) {
    return acquire(files, io, location, length);
  }

  private static LocalCopy acquire(LocalFiles files, FileIO io, String location, long length) {
    return fetched(files, files.acquire(io, new StoredFile(location, length, "table 1")));
  }

  private static LocalCopy fetched(LocalFiles files, LocalCopy copy) {
    try {
      files.fetch(Map.of(copy, ByteRanges.of(new ByteRange(0, copy.file().lengthBytes()))));
      return copy;
    } catch (RuntimeException e) {
      files.release(copy);
      throw e;
    }
  }

  private LocalCopy use(Path cache, Instant when, String name) throws IOException {
    LocalFiles files = new LocalFiles(cache, 250, Clock.fixed(when, ZoneOffset.UTC));
    LocalCopy copy = acquire(files, remote(name, 100), 100);
    files.release(copy);
    return copy;
  }

  private String remote(String name, int length) throws IOException {
    String location = "memory:/" + name;
    try (OutputStream out = io.newOutputFile(location).createOrOverwrite()) {
      out.write(new byte[length]);
    }
    return location;
  }
}
