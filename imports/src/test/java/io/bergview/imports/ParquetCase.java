package io.bergview.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bergview.errors.DataException;
import io.bergview.fixtures.ParquetGroups;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A project and Parquet files of any schema, to import into it. */
abstract class ParquetCase {
  static final int JULIAN_EPOCH = 2_440_588;

  static final long NANOS_OF_HOUR = 3_600_000_000_000L;

  @TempDir Path folder;

  ImportProject project;

  @BeforeEach
  void open() {
    project = ImportProject.create(folder);
  }

  @AfterEach
  void close() {
    project.close();
  }

  @SafeVarargs
  final void write(String file, String columns, Consumer<Group>... rows) {
    ParquetGroups.of("message m { " + columns + " }").write(folder.resolve(file), rows);
  }

  static Binary int96(LocalDate day, long nanos) {
    return new NanoTime(Math.toIntExact(day.toEpochDay() + JULIAN_EPOCH), nanos).toBinary();
  }

  static OffsetDateTime at(LocalDate day, int hour) {
    return day.atTime(hour, 0).atOffset(ZoneOffset.UTC);
  }

  static Binary bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return Binary.fromConstantByteArray(bytes);
  }

  static Binary uuid(UUID value) {
    ByteBuffer buffer = ByteBuffer.allocate(16);
    buffer.putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
    return Binary.fromConstantByteArray(buffer.array());
  }

  void assertUnreadable(String file, String... parts) {
    for (boolean inPlace : new boolean[] {false, true}) {
      ImportRequest request = project.request(file);
      assertThatThrownBy(() -> project.run(inPlace ? request.stayingInPlace() : request))
          .isInstanceOfSatisfying(
              DataException.class,
              e -> assertThat(e.code().name()).isEqualTo("IMPORT_FILE_UNREADABLE"))
          .message()
          .contains(parts);
    }
    assertThat(project.hasTable()).isFalse();
  }
}
