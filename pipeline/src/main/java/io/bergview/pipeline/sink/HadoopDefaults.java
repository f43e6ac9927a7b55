package io.bergview.pipeline.sink;

import java.net.URL;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.deletes.EqualityDeleteWriter;
import org.apache.iceberg.deletes.PositionDeleteWriter;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.hadoop.HadoopOutputFile;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileWriterFactory;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Iceberg's writers from parsing Hadoop's defaults. For each Parquet file that does not lie
 * on a Hadoop file system, Iceberg creates a Hadoop configuration, which parses the 460 KB of
 * {@code core-default.xml}, {@code mapred-default.xml} and {@code yarn-default.xml}: more work than
 * to write a small file. The writers read nothing of it but the buffer size of a codec, which is
 * the same without it. A {@code core-site.xml} is still read, since somebody has put it there.
 *
 * <p>A configuration looks for its resources with the thread's context class loader, as of its
 * creation; that is the only way to it.
 */
public final class HadoopDefaults {
  private static final String DEFAULTS = "-default.xml";

  private HadoopDefaults() {}

  /** Creates a writer of a file that is not on a Hadoop file system. */
  static <W> W without(Supplier<W> writer) {
    Thread thread = Thread.currentThread();
    ClassLoader context = thread.getContextClassLoader();
    thread.setContextClassLoader(
        new WithoutDefaults(
            Objects.requireNonNullElse(context, HadoopDefaults.class.getClassLoader())));
    try {
      return writer.get();
    } finally {
      thread.setContextClassLoader(context);
    }
  }

  /** The same writers; those of files on a Hadoop file system have its configuration. */
  public static <T> FileWriterFactory<T> without(FileWriterFactory<T> writers) {
    return new Writers<>(writers);
  }

  private static final class WithoutDefaults extends ClassLoader {
    WithoutDefaults(ClassLoader parent) {
      super(parent);
    }

    @Override
    public @Nullable URL getResource(String name) {
      return name.endsWith(DEFAULTS) ? null : super.getResource(name);
    }
  }

  private record Writers<T>(FileWriterFactory<T> writers) implements FileWriterFactory<T> {
    @Override
    public DataWriter<T> newDataWriter(
        EncryptedOutputFile file, PartitionSpec spec, @Nullable StructLike partition) {
      return created(file, () -> writers.newDataWriter(file, spec, partition));
    }

    @Override
    public EqualityDeleteWriter<T> newEqualityDeleteWriter(
        EncryptedOutputFile file, PartitionSpec spec, @Nullable StructLike partition) {
      return created(file, () -> writers.newEqualityDeleteWriter(file, spec, partition));
    }

    @Override
    public PositionDeleteWriter<T> newPositionDeleteWriter(
        EncryptedOutputFile file, PartitionSpec spec, @Nullable StructLike partition) {
      return created(file, () -> writers.newPositionDeleteWriter(file, spec, partition));
    }

    private static <W> W created(EncryptedOutputFile file, Supplier<W> writer) {
      return file.encryptingOutputFile() instanceof HadoopOutputFile
          ? writer.get()
          : without(writer);
    }
  }
}
