package io.bergview.catalog.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.iceberg.exceptions.RuntimeIOException;

/**
 * Refuses a truncated manifest list.
 *
 * <p>Avro's reader takes the end of a file within a block for the end of the data, and no other
 * file has the number of manifests of a list, so a snapshot would look as if it had fewer files.
 * Every block ends with the sync marker that the header ends with (Avro 1.12 specification, "Object
 * Container Files"). A list that was cut off right after one is not detected.
 */
final class ManifestListEnd {
  private static final int MARKER_BYTES = 16;

  private ManifestListEnd() {}

  /** Whether a file is a manifest list, by the name that every writer of Iceberg gives to one. */
  static boolean isManifestList(Path path) {
    String name = path.getFileName().toString();
    return name.startsWith("snap-") && name.endsWith(".avro");
  }

  /**
   * @throws RuntimeIOException as Iceberg's readers of damaged files do, if the file does not end
   *     with its sync marker
   * @throws IOException if the file cannot be read at all
   */
  static void check(Path path) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    try {
      int header = headerBytes(bytes);
      int last = bytes.length - MARKER_BYTES;
      if (!Arrays.equals(bytes, header - MARKER_BYTES, header, bytes, last, bytes.length)) {
        throw new EOFException("it does not end as an Avro file does");
      }
    } catch (IOException | AvroRuntimeException e) {
      throw new RuntimeIOException(new IOException(e), "Manifest list %s was cut off", path);
    }
  }

  private static int headerBytes(byte[] bytes) throws IOException {
    try (DataFileReader<Object> reader =
        new DataFileReader<>(new SeekableByteArrayInput(bytes), new GenericDatumReader<>())) {
      return Math.toIntExact(reader.previousSync());
    }
  }
}
