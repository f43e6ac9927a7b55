package io.bergview.pipeline.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.MissingFileException;
import io.bergview.errors.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.apache.iceberg.inmemory.InMemoryFileIO;
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
    Path first = files.acquire(io, remote("one", 100), 100);
    assertThat(Files.size(first)).isEqualTo(100);
    assertThat(files.acquire(io, "memory:/one", 100)).isEqualTo(first);
    Path second = files.acquire(io, remote("two", 100), 100);
    files.release(second);
    Path third = files.acquire(io, remote("three", 100), 100);
    assertThat(first).exists();
    assertThat(second).doesNotExist();
    assertThat(third).exists();
    files.release(first);
    files.release(third);
    files.acquire(io, remote("four", 200), 200);
    assertThat(first).exists(); // It was acquired twice.
    assertThat(third).doesNotExist();
  }

  @Test
  void theFileUsedLongestAgoGoesFirst() throws IOException {
    Path cache = temp.resolve("cache");
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    Path old = use(cache, now, "old");
    Path recent = use(cache, now.plusSeconds(60), "recent");
    use(cache, now.plusSeconds(120), "old");
    Path last = use(cache, now.plusSeconds(180), "last");
    assertThat(old).exists();
    assertThat(recent).doesNotExist();
    assertThat(last).exists();
  }

  @Test
  void aTornOrMissingRemoteFileLeavesNothing() throws IOException {
    Path cache = temp.resolve("cache");
    LocalFiles files = new LocalFiles(cache, 1000, Clock.systemUTC());
    assertThatThrownBy(() -> files.acquire(io, "memory:/gone", 5))
        .isInstanceOf(MissingFileException.class);
    String torn = remote("torn", 99);
    assertThatThrownBy(() -> files.acquire(io, torn, 100))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("99");
    try (Stream<Path> left = Files.list(cache)) {
      assertThat(left).isEmpty();
    }
  }

  private Path use(Path cache, Instant when, String name) throws IOException {
    LocalFiles files = new LocalFiles(cache, 250, Clock.fixed(when, ZoneOffset.UTC));
    Path path = files.acquire(io, remote(name, 100), 100);
    files.release(path);
    return path;
  }

  private String remote(String name, int length) throws IOException {
    String location = "memory:/" + name;
    try (OutputStream out = io.newOutputFile(location).createOrOverwrite()) {
      out.write(new byte[length]);
    }
    return location;
  }
}
