package io.bergview.catalog.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestListEndTest {
  @TempDir private Path folder;
  private final LocalFileIO io = new LocalFileIO();

  /** Returns where the header and each block end. */
  private Set<Integer> write(Path file, int blocks) throws IOException {
    Set<Integer> ends = new LinkedHashSet<>();
    try (DataFileWriter<Object> writer = new DataFileWriter<>(new GenericDatumWriter<>())) {
      writer.create(Schema.create(Schema.Type.STRING), file.toFile());
      writer.flush();
      ends.add((int) Files.size(file));
      for (int block = 0; block < blocks; block++) {
        writer.append("manifest " + block);
        ends.add((int) writer.sync());
      }
    }
    return ends;
  }

  private void open(Path file) throws IOException {
    try (SeekableInputStream in = io.newInputFile(file.toString()).newStream()) {
      assertThat(in.readAllBytes()).isEqualTo(Files.readAllBytes(file));
    }
  }

  @Test
  void everyCutWithinABlockIsRefused() throws IOException {
    Path list = folder.resolve("snap-1-1-x.avro");
    Set<Integer> ends = write(list, 3);
    byte[] whole = Files.readAllBytes(list);
    assertThat(ends).hasSize(4).contains(whole.length);
    for (int length = 0; length <= whole.length; length++) {
      Files.write(list, Arrays.copyOf(whole, length));
      if (ends.contains(length)) {
        assertThatCode(() -> open(list)).doesNotThrowAnyException();
      } else {
        assertThatThrownBy(() -> open(list))
            .as("cut to %d bytes", length)
            .isInstanceOf(RuntimeIOException.class);
      }
    }
  }

  @Test
  void aListOfNothingIsWhole() throws IOException {
    Path list = folder.resolve("snap-1-1-x.avro");
    assertThat(write(list, 0)).hasSize(1);
    assertThatCode(() -> open(list)).doesNotThrowAnyException();
  }

  @Test
  void otherFilesMayEndAsTheyLike() throws IOException {
    Path file = folder.resolve("data.avro");
    Files.writeString(file, "no Avro at all");
    assertThatCode(() -> open(file)).doesNotThrowAnyException();
  }
}
