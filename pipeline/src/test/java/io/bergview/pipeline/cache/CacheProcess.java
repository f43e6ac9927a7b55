package io.bergview.pipeline.cache;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.FileIO;

/**
 * Another process that reads a cached file and is in the middle of fetching a second one: prints
 * the path of the first, and waits.
 */
final class CacheProcess {
  private CacheProcess() {}

  public static void main(String[] args) throws IOException {
    InMemoryFileIO io = new InMemoryFileIO();
    for (String name : new String[] {"memory:/read", "memory:/fetched"}) {
      try (OutputStream out = io.newOutputFile(name).create()) {
        out.write(new byte[100]);
      }
    }
    LocalFiles files = new LocalFiles(Path.of(args[0]), 150, Clock.systemUTC());
    Path read = fetched(files, io, "memory:/read").path();
    HeldFileIO held = new HeldFileIO(io, "memory:/fetched");
    Thread fetching = new Thread(() -> fetched(files, held, "memory:/fetched"));
    fetching.setDaemon(true);
    fetching.start();
    held.awaitReader();
    System.out.println("ready " + read);
    if (System.in.read() < 0) {
      throw new IOException("nobody waits for this process");
    }
  }

  private static LocalCopy fetched(LocalFiles files, FileIO io, String location) {
    LocalCopy copy = files.acquire(io, new StoredFile(location, 100, "table 1"));
    files.fetch(Map.of(copy, ByteRanges.of(new ByteRange(0, 100))));
    return copy;
  }
}
