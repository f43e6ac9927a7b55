package io.bergview.pipeline.context;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What all contexts of one open project have in common, made when it is first needed. */
final class SharedParts {
  private final Resources owner;
  private final Map<Class<?>, AutoCloseable> parts = new HashMap<>();

  /**
   * @param owner closes the parts
   */
  SharedParts(Resources owner) {
    this.owner = owner;
  }

  synchronized <T extends AutoCloseable> T get(Class<T> type, Supplier<T> make) {
    AutoCloseable known = parts.get(type);
    if (known == null) {
      owner.checkOpen();
      known = owner.add(make.get());
      parts.put(type, known);
    }
    return type.cast(known);
  }
}
