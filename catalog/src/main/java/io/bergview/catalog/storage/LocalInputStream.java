package io.bergview.catalog.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;

/**
 * Reads a local file: small reads through a buffer, large ones straight into the caller's array.
 */
final class LocalInputStream extends SeekableInputStream implements RangeReadable {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
  private long bufferStart;
  private long position;

  LocalInputStream(Path path) throws IOException {
    this.channel = FileChannel.open(path, StandardOpenOption.READ);
  }

  @Override
  public long getPos() {
    return position;
  }

  @Override
  public void seek(long newPosition) throws IOException {
    if (newPosition < 0) {
      throw new EOFException("cannot seek to " + newPosition);
    }
    position = newPosition;
  }

  @Override
  public int read() throws IOException {
    if (!buffered() && !fill()) {
      return -1;
    }
    int value = buffer.get((int) (position - bufferStart)) & 0xff;
    position++;
    return value;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!buffered()) {
      if (length >= BUFFER_BYTES) {
        int count = channel.read(ByteBuffer.wrap(target, offset, length), position);
        position += Math.max(count, 0);
        return count;
      }
      if (!fill()) {
        return -1;
      }
    }
    int at = (int) (position - bufferStart);
    int count = Math.min(length, buffer.limit() - at);
    buffer.get(at, target, offset, count);
    position += count;
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = Math.max(0, Math.min(count, channel.size() - position));
    position += skipped;
    return skipped;
  }

  @Override
  public int available() throws IOException {
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, channel.size() - position));
  }

  @Override
  public void readFully(long from, byte[] target, int offset, int length) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(target, offset, length);
    long at = from;
    while (rest.hasRemaining()) {
      int count = channel.read(rest, at);
      if (count < 0) {
        throw new EOFException("the file ends " + rest.remaining() + " bytes before the range");
      }
      at += count;
    }
  }

  @Override
  public int readTail(byte[] target, int offset, int length) throws IOException {
    int count = (int) Math.min(length, channel.size());
    readFully(channel.size() - count, target, offset, count);
    return count;
  }

  private boolean buffered() {
    return position >= bufferStart && position < bufferStart + buffer.limit();
  }

  private boolean fill() throws IOException {
    buffer.clear();
    int count = channel.read(buffer, position);
    buffer.flip();
    bufferStart = position;
    return count > 0;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
