package io.bergview.catalog.storage;

import io.bergview.errors.StorageRefusal;
import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.util.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * A storage that is remote, whose refusals end the reading of a table's metadata at once.
 *
 * <p>Iceberg reads a metadata file up to 20 times, with pauses that add up to 90 seconds, whatever
 * the failure was. A client that was refused, or has itself tried again until it gave up, fails
 * each time.
 */
public final class PromptFileIO {
  private static final String METADATA = ".metadata.json";

  private PromptFileIO() {}

  /** The same storage: all that its class implements, this one implements. */
  public static FileIO of(FileIO storage) {
    return (FileIO)
        Proxy.newProxyInstance(
            storage.getClass().getClassLoader(),
            interfaces(storage.getClass()).toArray(Class<?>[]::new),
            new Handler(storage));
  }

  private static Set<Class<?>> interfaces(Class<?> type) {
    Set<Class<?>> interfaces = new LinkedHashSet<>();
    Stream.<Class<?>>iterate(type, Objects::nonNull, Class::getSuperclass)
        .forEach(link -> interfaces.addAll(Set.of(link.getInterfaces())));
    return interfaces;
  }

  private record Handler(FileIO storage) implements InvocationHandler, Serializable {
    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
        throws Throwable {
      Object result;
      try {
        result = method.invoke(storage, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
      return result instanceof InputFile file && file.location().endsWith(METADATA)
          ? new MetadataFile(file)
          : result;
    }
  }

  private record MetadataFile(InputFile file) implements InputFile {
    @Override
    public long getLength() {
      return settled(file::getLength);
    }

    @Override
    public SeekableInputStream newStream() {
      return new MetadataStream(settled(file::newStream));
    }

    @Override
    public String location() {
      return file.location();
    }

    @Override
    public boolean exists() {
      return settled(file::exists);
    }
  }

  private static final class MetadataStream extends SeekableInputStream {
    private final SeekableInputStream stream;

    MetadataStream(SeekableInputStream stream) {
      this.stream = stream;
    }

    @Override
    public int read() throws IOException {
      try {
        return stream.read();
      } catch (IOException | RuntimeException e) {
        refuseToRetry(e);
        throw e;
      }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        return stream.read(target, offset, length);
      } catch (IOException | RuntimeException e) {
        refuseToRetry(e);
        throw e;
      }
    }

    @Override
    public long getPos() throws IOException {
      return stream.getPos();
    }

    @Override
    public void seek(long position) throws IOException {
      stream.seek(position);
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  private static <T> T settled(Supplier<T> request) {
    try {
      return request.get();
    } catch (RuntimeException e) {
      refuseToRetry(e);
      throw e;
    }
  }

  /**
   * @throws Tasks.UnrecoverableException which Iceberg does not try again, where the storage's
   *     client has done so
   */
  private static void refuseToRetry(Exception failure) {
    if (StorageRefusal.isSettled(failure)) {
      throw new Tasks.UnrecoverableException(failure);
    }
  }
}
