package io.bergview.discover;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types;

/**
 * The names of a table and its columns, in words.
 *
 * @param name of the table, singular, without words such as {@code dim} that say what it is for
 * @param prefix the abbreviation with which all columns begin, as TPC's do
 * @param columns by name
 */
record TableWords(List<String> name, Optional<String> prefix, Map<String, ColumnWords> columns) {
  /** Words at the ends of tables' names that say nothing of what the rows are. */
  private static final Set<String> FILLERS =
      Set.of(
          "dim",
          "dimension",
          "fact",
          "tbl",
          "table",
          "stg",
          "staging",
          "raw",
          "src",
          "dwh",
          "dw",
          "ods",
          "mst",
          "master",
          "lkp",
          "lookup",
          "d",
          "f",
          "t",
          "tb",
          "dm",
          "fct");

  private static final int LONGEST_PREFIX = 4;
  private static final double PREFIXED_SHARE = 0.8;
  private static final int FEWEST_COLUMNS = 2;

  /** The name of a table alone. */
  static List<String> name(String table) {
    List<String> words = NameWords.split(table);
    while (words.size() > 1 && FILLERS.contains(words.get(words.size() - 1))) {
      words.remove(words.size() - 1);
    }
    while (words.size() > 1 && FILLERS.contains(words.get(0))) {
      words.remove(0);
    }
    return NameWords.singular(words);
  }

  /**
   * @param known the names of all tables that have one word
   */
  static TableWords of(FoundTable table, Set<String> known) {
    List<String> names =
        table.table().schema().columns().stream().map(Types.NestedField::name).toList();
    Optional<String> prefix = prefix(names, known);
    Map<String, ColumnWords> columns = new LinkedHashMap<>();
    for (String column : names) {
      List<String> words = NameWords.split(column);
      boolean prefixed = words.size() > 1 && prefix.filter(words.get(0)::equals).isPresent();
      columns.put(column, ColumnWords.of(prefixed ? words.subList(1, words.size()) : words, known));
    }
    return new TableWords(name(table.name().name()), prefix, columns);
  }

  private static Optional<String> prefix(List<String> columns, Set<String> known) {
    List<String> first = new ArrayList<>();
    for (String column : columns) {
      List<String> words = NameWords.split(column);
      first.add(words.size() > 1 ? words.get(0) : "");
    }
    if (first.size() < FEWEST_COLUMNS) {
      return Optional.empty();
    }
    String candidate = first.get(0);
    long with = first.stream().filter(candidate::equals).count();
    boolean abbreviation =
        !candidate.isEmpty()
            && candidate.length() <= LONGEST_PREFIX
            && !known.contains(NameWords.singular(candidate));
    return abbreviation && with >= PREFIXED_SHARE * first.size()
        ? Optional.of(candidate)
        : Optional.empty();
  }

  ColumnWords column(String name) {
    return columns.getOrDefault(name, new ColumnWords(List.of(), ""));
  }

  /** Whether the name of a column of the table is about the table itself. */
  boolean isOwn(ColumnWords column) {
    List<String> subject = column.subject();
    if (subject.isEmpty()) {
      return column.identifies();
    }
    if (NameAgreement.of(column, this, Optional.empty())
        .filter(match -> match.role().isEmpty())
        .isPresent()) {
      return true;
    }
    String word = subject.get(subject.size() - 1);
    return subject.size() == 1
        && name.stream().anyMatch(own -> own.equals(word) || NameWords.abbreviates(word, own));
  }
}
