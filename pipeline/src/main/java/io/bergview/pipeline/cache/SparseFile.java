package io.bergview.pipeline.cache;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A local file with some of the bytes of a remote one, at their offsets; the rest are holes. Beside
 * it, with {@code .ranges} behind its name, is the list of what it holds, 24 bytes a range, big
 * endian: start, end, the CRC32C of the bytes, and the CRC32C of these 20 bytes. The first one is
 * empty, at a random number that distinguishes the file from a later one of its name.
 *
 * <p>A range is appended to the list when its bytes have been written. Several processes may do so
 * at once without a lock: they write the same bytes, and appended entries don't overlap. An entry
 * counts if its own checksum is right, and if the bytes have theirs when this process first needs
 * them; so whatever a crash, a full disk or another program has left is fetched again.
 *
 * <p>Files are opened for each use: one that is deleted meanwhile is made anew. Safe for use by
 * several threads.
 */
final class SparseFile {
  private static final String RANGES = ".ranges";
  private static final int ENTRY_BYTES = 24;
  private static final int BUFFER_BYTES = 1 << 20;

  private record Entry(ByteRange range, int checksum) {}

  private final Path path;
  private final long length;
  private final List<Entry> unchecked = new ArrayList<>();
  private ByteRanges present = ByteRanges.none();
  private @Nullable ByteBuffer generation;
  private long entriesRead;

  SparseFile(Path path, long length) {
    this.path = path;
    this.length = length;
  }

  static Path rangesOf(Path path) {
    return path.resolveSibling(path.getFileName() + RANGES);
  }

  static boolean isRanges(Path path) {
    return path.getFileName().toString().endsWith(RANGES);
  }

  /** The file that a list of ranges belongs to. */
  static Path ofRanges(Path ranges) {
    String name = ranges.getFileName().toString();
    return ranges.resolveSibling(name.substring(0, name.length() - RANGES.length()));
  }

  /** What a list of ranges names; nothing if it is gone. */
  static ByteRanges noted(Path ranges) {
    try {
      return ByteRanges.of(
          entries(ByteBuffer.wrap(Files.readAllBytes(ranges))).stream().map(Entry::range).toList());
    } catch (IOException deletedMeanwhile) {
      return ByteRanges.none();
    }
  }

  /** Those of some bytes that are not there, or damaged. */
  synchronized ByteRanges missing(ByteRanges needed) throws IOException {
    refresh();
    ByteRanges missing = needed.minus(present);
    if (missing.isEmpty() || unchecked.isEmpty()) {
      return missing;
    }
    List<Entry> useful =
        unchecked.stream()
            .filter(entry -> missing.minus(ByteRanges.of(entry.range())).size() < missing.size())
            .toList();
    unchecked.removeAll(useful);
    List<ByteRange> right = new ArrayList<>();
    if (!useful.isEmpty()) {
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
        for (Entry entry : useful) {
          if (isRight(file, entry)) {
            right.add(entry.range());
          }
        }
      }
    }
    present = present.plus(ByteRanges.of(right));
    return needed.minus(present);
  }

  /** Writes bytes, and notes them. */
  synchronized void write(long start, byte[] bytes) throws IOException {
    make();
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      ByteBuffer from = ByteBuffer.wrap(bytes);
      while (from.hasRemaining()) {
        file.write(from, start + from.position());
      }
    }
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    ByteRange range = ByteRange.of(start, bytes.length);
    append(new Entry(range, (int) checksum.getValue()));
    present = present.plus(ByteRanges.of(range));
  }

  static byte[] read(Path path, ByteRange range) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer bytes = read(file, range.start(), Math.toIntExact(range.length()));
      if (bytes.limit() < range.length()) {
        throw new IOException("cached file " + path + " was cut off");
      }
      return bytes.array();
    }
  }

  /** Reads what others have noted. */
  private void refresh() throws IOException {
    if (!isMade()) {
      generation = null;
      present = ByteRanges.none();
      unchecked.clear();
      return;
    }
    try (FileChannel list = FileChannel.open(rangesOf(path), StandardOpenOption.READ)) {
      ByteBuffer first = read(list, 0, ENTRY_BYTES);
      if (!first.equals(generation)) {
        generation = first;
        present = ByteRanges.none();
        unchecked.clear();
        entriesRead = 0;
      }
      long whole = list.size() / ENTRY_BYTES * ENTRY_BYTES;
      ByteBuffer added = read(list, entriesRead, Math.toIntExact(whole - entriesRead));
      entriesRead += added.limit();
      unchecked.addAll(entries(added));
    }
  }

  private boolean isMade() throws IOException {
    Path ranges = rangesOf(path);
    return hasItsLength() && Files.exists(ranges) && Files.size(ranges) >= ENTRY_BYTES;
  }

  private boolean hasItsLength() throws IOException {
    return Files.exists(path) && Files.size(path) == length;
  }

  private void make() throws IOException {
    if (!hasItsLength()) {
      // What it says is of an earlier file.
      Files.deleteIfExists(rangesOf(path));
      try (FileChannel file =
          FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        file.truncate(length);
        if (file.size() < length) {
          file.write(ByteBuffer.allocate(1), length - 1);
        }
      }
    }
    if (!isMade()) {
      long random = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
      append(new Entry(new ByteRange(random, random), 0));
    }
  }

  private static ByteBuffer read(FileChannel file, long start, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.max(length, 0));
    while (bytes.hasRemaining() && file.read(bytes, start + bytes.position()) >= 0) {
      continue;
    }
    return bytes.flip();
  }

  private static List<Entry> entries(ByteBuffer list) {
    List<Entry> entries = new ArrayList<>();
    while (list.remaining() >= ENTRY_BYTES) {
      ByteBuffer entry = list.slice(list.position(), ENTRY_BYTES);
      list.position(list.position() + ENTRY_BYTES);
      long start = entry.getLong();
      long end = entry.getLong();
      int checksum = entry.getInt();
      if (entry.getInt() == ownChecksum(entry) && start >= 0 && end >= start) {
        entries.add(new Entry(new ByteRange(start, end), checksum));
      }
    }
    return entries;
  }

  private void append(Entry entry) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(ENTRY_BYTES);
    bytes.putLong(entry.range().start()).putLong(entry.range().end()).putInt(entry.checksum());
    bytes.putInt(ownChecksum(bytes)).flip();
    try (FileChannel list =
        FileChannel.open(
            rangesOf(path),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND)) {
      long torn = list.size() % ENTRY_BYTES;
      if (torn != 0) {
        // Of a process that was killed, or ran out of space: entries begin at multiples.
        list.write(ByteBuffer.allocate((int) (ENTRY_BYTES - torn)));
      }
      while (bytes.hasRemaining()) {
        list.write(bytes);
      }
    }
  }

  private static int ownChecksum(ByteBuffer entry) {
    CRC32C checksum = new CRC32C();
    checksum.update(entry.array(), entry.arrayOffset(), ENTRY_BYTES - Integer.BYTES);
    return (int) checksum.getValue();
  }

  private static boolean isRight(FileChannel file, Entry entry) throws IOException {
    CRC32C checksum = new CRC32C();
    ByteRange range = entry.range();
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, range.length()));
    for (long at = range.start(); at < range.end(); ) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), range.end() - at));
      int read = file.read(buffer, at);
      if (read < 0) {
        return false;
      }
      checksum.update(buffer.array(), 0, read);
      at += read;
    }
    return (int) checksum.getValue() == entry.checksum();
  }
}
