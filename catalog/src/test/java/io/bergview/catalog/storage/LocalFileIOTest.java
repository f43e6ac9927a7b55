package io.bergview.catalog.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.ManifestWriter;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.apache.iceberg.io.BulkDeletionFailureException;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.PositionOutputStream;
import org.apache.iceberg.io.RangeReadable;
import org.apache.iceberg.io.SeekableInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileIOTest {
  @TempDir Path dir;
  private final LocalFileIO io = new LocalFileIO();

  private void write(String location, String text) throws IOException {
    try (PositionOutputStream out = io.newOutputFile(location).create()) {
      out.write(text.getBytes(UTF_8));
    }
  }

  private String read(String location) throws IOException {
    try (SeekableInputStream in = io.newInputFile(location).newStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @Test
  void everySpellingOfALocationIsTheSameFile() throws IOException {
    write("file:" + dir + "/sub/a b%20+ü", "hello");
    assertThat(Files.readString(dir.resolve("sub/a b%20+ü"))).isEqualTo("hello");
    assertThat(read("file://" + dir + "/sub/a b%20+ü")).isEqualTo("hello");
    assertThat(read(dir + "/sub//a b%20+ü")).isEqualTo("hello");
    assertThat(read("file://localhost" + dir + "/sub/a b%20+ü")).isEqualTo("hello");
  }

  @Test
  void otherSchemesHostsAndRelativePathsAreRefused() {
    for (String location : List.of("s3://b/x", "file://host/x", "relative/x", "file:x")) {
      assertThatThrownBy(() -> io.newInputFile(location))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(location);
    }
  }

  @Test
  void aFileIsNotThereUntilItIsWhole() throws IOException {
    String location = "file:" + dir + "/f";
    PositionOutputStream out = io.newOutputFile(location).create();
    out.write(new byte[200_000]);
    out.flush();
    assertThat(out.getPos()).isEqualTo(200_000);
    assertThat(io.newInputFile(location).exists()).isFalse();
    out.close();
    assertThat(io.newInputFile(location).getLength()).isEqualTo(200_000);
    out.close();
    try (Stream<Path> left = Files.list(dir)) {
      assertThat(left.map(p -> p.getFileName().toString())).containsExactly("f");
    }
  }

  @Test
  void anOverwriteShowsTheOldFileUntilTheNewOneIsWhole() throws IOException {
    String location = dir + "/f";
    write(location, "old");
    try (PositionOutputStream out = io.newOutputFile(location).createOrOverwrite()) {
      out.write("new!".getBytes(UTF_8));
      out.flush();
      assertThat(read(location)).isEqualTo("old");
    }
    assertThat(read(location)).isEqualTo("new!");
  }

  @Test
  void createNeverReplacesAFile() throws IOException {
    String location = dir + "/f";
    PositionOutputStream slow = io.newOutputFile(location).create();
    slow.write("slow".getBytes(UTF_8));
    write(location, "first");
    assertThatThrownBy(slow::close).isInstanceOf(AlreadyExistsException.class);
    assertThatThrownBy(() -> io.newOutputFile(location).create())
        .isInstanceOf(AlreadyExistsException.class);
    assertThat(read(location)).isEqualTo("first");
    assertThat(dir).isDirectoryNotContaining(p -> p.toString().endsWith(".tmp"));
  }

  @Test
  void ofManyCreatorsExactlyOneWins() throws Exception {
    int writers = 8;
    ExecutorService pool = Executors.newFixedThreadPool(writers);
    try {
      for (int round = 0; round < 20; round++) {
        String location = dir + "/f" + round;
        CyclicBarrier start = new CyclicBarrier(writers);
        List<Future<Boolean>> results = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          String text = "writer " + writer;
          results.add(
              pool.submit(
                  () -> {
                    PositionOutputStream out = io.newOutputFile(location).create();
                    out.write(text.getBytes(UTF_8));
                    start.await();
                    try {
                      out.close();
                      return read(location).equals(text);
                    } catch (AlreadyExistsException e) {
                      return false;
                    }
                  }));
        }
        int winners = 0;
        for (Future<Boolean> result : results) {
          winners += result.get() ? 1 : 0;
        }
        assertThat(winners).isEqualTo(1);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void filesOfADeferredSyncAreThereAndForcedLaterUnlessDeleted() throws IOException {
    LocalFileIO deferring = io.deferringSync();
    String kept = dir + "/a/kept";
    String deleted = dir + "/b/deleted";
    for (String location : List.of(kept, deleted)) {
      try (PositionOutputStream out = deferring.newOutputFile(location).create()) {
        out.write("hello".getBytes(UTF_8));
      }
    }
    assertThat(read(kept)).isEqualTo("hello");
    deferring.deleteFile(deleted);
    deferring.force();
    deferring.force();
    assertThat(read(kept)).isEqualTo("hello");
    assertThat(dir.resolve("b")).isEmptyDirectory();
  }

  @Test
  void aFileThatCannotBeForcedIsAnError() throws IOException {
    LocalFileIO deferring = io.deferringSync();
    String location = dir + "/f";
    deferring.newOutputFile(location).create().close();
    Files.delete(dir.resolve("f"));
    Files.createDirectory(dir.resolve("f"));
    assertThatThrownBy(deferring::force)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(location);
  }

  @Test
  void seeksAndReadsAnywhereInAnyLength() throws IOException {
    byte[] content = new byte[300_000];
    Random random = new Random(7);
    random.nextBytes(content);
    String location = dir + "/f";
    try (PositionOutputStream out = io.newOutputFile(location).create()) {
      out.write(content);
    }
    try (SeekableInputStream in = io.newInputFile(location).newStream()) {
      for (int i = 0; i < 2_000; i++) {
        int from = random.nextInt(content.length);
        int length = 1 + random.nextInt(random.nextBoolean() ? 50 : 100_000);
        byte[] target = new byte[length];
        in.seek(from);
        int count = in.readNBytes(target, 0, length);
        assertThat(count).isEqualTo(Math.min(length, content.length - from));
        assertThat(Arrays.copyOf(target, count))
            .isEqualTo(Arrays.copyOfRange(content, from, from + count));
        assertThat(in.getPos()).isEqualTo(from + count);
        if (from + count < content.length) {
          assertThat(in.read()).isEqualTo(content[from + count] & 0xff);
        } else {
          assertThat(in.read()).isEqualTo(-1);
        }
      }
      byte[] tail = new byte[100];
      assertThat(((RangeReadable) in).readTail(tail)).isEqualTo(100);
      assertThat(tail).isEqualTo(Arrays.copyOfRange(content, content.length - 100, content.length));
      assertThatThrownBy(
              () -> ((RangeReadable) in).readFully(content.length - 1, new byte[2], 0, 2))
          .isInstanceOf(java.io.EOFException.class);
    }
  }

  @Test
  void aMissingFileIsNotFound() {
    assertThatThrownBy(() -> io.newInputFile(dir + "/none").newStream())
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("none");
    assertThatThrownBy(() -> io.newInputFile(dir + "/none").getLength())
        .isInstanceOf(NotFoundException.class);
    io.deleteFile(dir + "/none");
  }

  @Test
  void aDirectoryIsNeverDeletedAsAFile() throws IOException {
    Files.createDirectory(dir.resolve("d"));
    assertThatThrownBy(() -> io.deleteFile(dir + "/d")).hasMessageContaining("directory");
    assertThatThrownBy(() -> io.deleteFiles(List.of(dir + "/d", dir + "/none")))
        .isInstanceOfSatisfying(
            BulkDeletionFailureException.class,
            e -> assertThat(e.numberFailedObjects()).isEqualTo(1));
    assertThat(dir.resolve("d")).exists();
  }

  @Test
  void listsInTheSpellingOfThePrefixWithoutFollowingLinks() throws IOException {
    Path outside = Files.createDirectory(dir.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "x");
    write(dir + "/t/data/a", "12345");
    write(dir + "/t/b", "1");
    Files.writeString(dir.resolve("t/.bergview.lock"), "");
    Files.createSymbolicLink(dir.resolve("t/link"), outside);
    for (String spelling : List.of("file:", "file://", "")) {
      assertThat(io.listPrefix(spelling + dir + "/t/"))
          .extracting(FileInfo::location)
          .containsExactlyInAnyOrder(
              spelling + dir + "/t/data/a", spelling + dir + "/t/b", spelling + dir + "/t/link");
    }
    assertThat(io.listPrefix(dir + "/nowhere")).isEmpty();
    io.deletePrefix(dir + "/t");
    assertThat(dir.resolve("t")).doesNotExist();
    assertThat(outside.resolve("secret")).exists();
  }

  @Test
  void emptyDirectoriesGoAndOthersStay() throws IOException {
    Files.createDirectories(dir.resolve("t/a/b"));
    write(dir + "/t/c/f", "1");
    LocalFileIO.deleteEmptyDirectories(dir + "/t");
    assertThat(dir.resolve("t/a")).doesNotExist();
    assertThat(dir.resolve("t/c/f")).exists();
  }

  @Test
  void travelsAsIcebergDemands() throws Exception {
    io.initialize(Map.of(LocalFileIO.SYNC, "false"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(io);
    LocalFileIO copy =
        (LocalFileIO)
            new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    assertThat(copy.properties()).isEqualTo(Map.of(LocalFileIO.SYNC, "false"));
    try (PositionOutputStream out = copy.newOutputFile(dir + "/f").create()) {
      out.write(1);
    }
    assertThat(copy.newInputFile(dir + "/f").getLength()).isEqualTo(1);
  }

  /** In a build not at every byte of the long header, which says what the block holds. */
  @Tag("seeded")
  @Test
  void aManifestThatWasCutOffAnywhereIsRefused() throws IOException {
    DataFile file =
        DataFiles.builder(PartitionSpec.unpartitioned())
            .withPath(dir + "/0.parquet")
            .withFileSizeInBytes(100)
            .withRecordCount(10)
            .build();
    ManifestWriter<DataFile> writer =
        ManifestFiles.write(
            2, PartitionSpec.unpartitioned(), io.newOutputFile(dir + "/manifest.avro"), 17L);
    try (writer) {
      writer.add(file);
    }
    ManifestFile manifest = writer.toManifestFile();
    Path path = dir.resolve("manifest.avro");
    byte[] whole = Files.readAllBytes(path);
    assertThat(filesOf(manifest)).containsExactly(dir + "/0.parquet");
    int block = whole.length - 400;
    assertThat(block).isGreaterThan(1_000);
    boolean everywhere = Boolean.getBoolean("bergview.long");
    int step = everywhere ? 1 : 37;
    int blockStep = everywhere ? 1 : 3;
    for (int length = 0; length < whole.length; length += length < block ? step : blockStep) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> filesOf(manifest))
          .as("cut to %d bytes", length)
          .isInstanceOf(RuntimeIOException.class);
    }
  }

  private List<String> filesOf(ManifestFile manifest) throws IOException {
    try (ManifestReader<DataFile> reader =
        ManifestFiles.read(manifest, io, Map.of(0, PartitionSpec.unpartitioned()))) {
      List<String> locations = new ArrayList<>();
      reader.forEach(file -> locations.add(file.location()));
      return locations;
    }
  }
}
