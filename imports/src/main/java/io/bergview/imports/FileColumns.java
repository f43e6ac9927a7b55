package io.bergview.imports;

import io.bergview.errors.DataException;
import io.bergview.errors.ErrorCode;
import io.bergview.imports.source.SourceFile;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which columns each file of an import has, where files say so: a field of NDJSON may be absent.
 */
final class FileColumns {
  private static final int SHOWN_COLUMNS = 10;

  private final Map<SourceFile, Set<String>> columns = new LinkedHashMap<>();

  void add(SourceFile file, Collection<String> names) {
    columns.put(file, new LinkedHashSet<>(names));
  }

  /**
   * That the files may make one table: two kinds of files in one folder would become one table full
   * of nulls.
   *
   * @throws DataException {@code IMPORT_COLUMNS_DIFFER}, with the columns that some files lack
   */
  void checkAlike() {
    Set<String> all = new LinkedHashSet<>();
    columns.values().forEach(all::addAll);
    List<String> differences =
        all.stream()
            .filter(name -> columns.values().stream().anyMatch(names -> !names.contains(name)))
            .limit(SHOWN_COLUMNS)
            .map(
                name ->
                    "%s: in %s, not in %s"
                        .formatted(name, shown(files(name, true)), shown(files(name, false))))
            .toList();
    if (!differences.isEmpty()) {
      throw new DataException(
          ErrorCode.IMPORT_COLUMNS_DIFFER,
          "The files do not have the same columns, so nothing was imported; --evolve takes the"
              + " columns of all of them, null where a file lacks one",
          differences,
          null);
    }
  }

  private List<Path> files(String name, boolean having) {
    return columns.entrySet().stream()
        .filter(file -> file.getValue().contains(name) == having)
        .map(file -> file.getKey().path())
        .toList();
  }

  private static String shown(List<Path> files) {
    Path first = files.get(0);
    return files.size() == 1
        ? first.toString()
        : "%s and %,d more".formatted(first, files.size() - 1);
  }
}
