package io.bergview.api;

import io.bergview.catalog.Project;
import io.bergview.query.QueryResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Project folders for tests, and answers as plain values. */
final class Projects {
  /** Leaves it to the operating system when files reach the disk: no test cuts the power. */
  private static final String LAKE =
      "catalogs:\n  lake: {type: sqlite, warehouse: warehouse, local.sync: 'false'}\n";

  private Projects() {}

  /** A new project: file name in its folder to text. */
  static Bergview create(Path folder, String settings, Map<String, String> files) {
    write(
        folder.resolve(Project.FILE), settings.contains("catalogs:") ? settings : LAKE + settings);
    files.forEach((name, text) -> write(folder.resolve(name), text));
    return Bergview.open(folder);
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Files of a folder of a project. */
  static Map<String, String> in(String folder, Map<String, String> files) {
    Map<String, String> placed = new LinkedHashMap<>();
    files.forEach((name, text) -> placed.put(folder + "/" + name, text));
    return placed;
  }

  /** The rows in order, each with its columns in order. */
  static List<Map<String, Object>> rows(Find find) {
    try (QueryResult answer = find.answer()) {
      List<String> names = answer.schema().columns().stream().map(c -> c.name()).toList();
      List<Map<String, Object>> rows = new ArrayList<>();
      answer.forEachRow(
          values -> {
            Map<String, Object> row = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
              row.put(names.get(i), comparable(values.get(i)));
            }
            rows.add(row);
          });
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes as buffers, which compare. */
  private static Object comparable(Object value) {
    if (value instanceof byte[] bytes) {
      return ByteBuffer.wrap(bytes);
    }
    if (value instanceof List<?> list) {
      List<Object> values = new ArrayList<>();
      list.forEach(element -> values.add(comparable(element)));
      return values;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> values = new LinkedHashMap<>();
      map.forEach((key, element) -> values.put(comparable(key), comparable(element)));
      return values;
    }
    return value;
  }
}
