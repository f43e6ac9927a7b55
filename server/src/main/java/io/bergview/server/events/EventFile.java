package io.bergview.server.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineageClientException;
import io.openlineage.client.OpenLineageClientUtils;
import io.openlineage.client.transports.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of events, one per line. The OpenLineage client's own says of an event that it could not
 * write that it was sent, and leaves half a line where the disk is full; several processes may
 * write this one, and each line is there whole or not at all.
 */
final class EventFile extends Transport {
  private final Path file;

  EventFile(Path file) {
    this.file = requireNonNull(file, "file is null");
  }

  @Override
  public void emit(OpenLineage.RunEvent event) {
    emit(OpenLineageClientUtils.toJson(event));
  }

  @Override
  public void emit(OpenLineage.DatasetEvent event) {
    emit(OpenLineageClientUtils.toJson(event));
  }

  @Override
  public void emit(OpenLineage.JobEvent event) {
    emit(OpenLineageClientUtils.toJson(event));
  }

  private void emit(String json) {
    try {
      append(json);
    } catch (IOException e) {
      throw new OpenLineageClientException(
          new IOException("%s cannot be written: %s".formatted(file, e.getMessage()), e));
    }
  }

  /**
   * Appends a line.
   *
   * @throws IOException where that fails; the file is as it was
   */
  void append(String line) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      Files.writeString(file, line + "\n", StandardOpenOption.WRITE);
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock alone = channel.lock()) {
      append(channel, line);
    }
  }

  private static void append(FileChannel channel, String line) throws IOException {
    long end = channel.size();
    String begin = endsWithinALine(channel, end) ? "\n" : "";
    ByteBuffer bytes = ByteBuffer.wrap((begin + line + "\n").getBytes(UTF_8));
    try {
      for (long at = end; bytes.hasRemaining(); ) {
        at += channel.write(bytes, at);
      }
    } catch (IOException e) {
      takeBack(channel, end, e);
      throw e;
    }
  }

  /** Who was killed while writing has left half a line. */
  private static boolean endsWithinALine(FileChannel channel, long end) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    return end > 0 && channel.read(last, end - 1) == 1 && last.get(0) != '\n';
  }

  private static void takeBack(FileChannel channel, long end, IOException failure) {
    try {
      channel.truncate(end);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
