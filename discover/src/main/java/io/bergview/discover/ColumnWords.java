package io.bergview.discover;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A column's name as {@code customer_id} is read: what it is about, and the word that says that it
 * identifies it.
 *
 * @param subject {@code [customer]}; empty in {@code id}
 * @param suffix {@code id}; empty where the name says nothing of the kind
 */
record ColumnWords(List<String> subject, String suffix) {
  /** Words that say that a column identifies a row, and little else. */
  private static final Set<String> STRONG =
      Set.of("id", "sk", "key", "pk", "fk", "uuid", "guid", "oid", "ref", "rid", "identifier");

  /** Words that may say so. */
  private static final Set<String> WEAK = Set.of("code", "no", "nr", "num", "number");

  /** Suffixes that are written without a separator too: {@code custkey}. */
  private static final List<String> GLUED = List.of("number", "key", "code", "id");

  private static final int SHORTEST_GLUED = 3;

  ColumnWords {
    subject = List.copyOf(subject);
  }

  /**
   * @param words of the name, without the prefix that all columns of the table have
   * @param known the words of tables: {@code userid} is one about a user where there are users
   */
  static ColumnWords of(List<String> words, Set<String> known) {
    if (words.isEmpty()) {
      return new ColumnWords(List.of(), "");
    }
    List<String> subject = new ArrayList<>(words);
    String last = subject.remove(subject.size() - 1);
    if (STRONG.contains(last) || WEAK.contains(last)) {
      return new ColumnWords(subject, last);
    }
    for (String suffix : GLUED) {
      String rest = last.endsWith(suffix) ? last.substring(0, last.length() - suffix.length()) : "";
      boolean word = suffix.equals("id") ? known.contains(NameWords.singular(rest)) : true;
      if (rest.length() >= SHORTEST_GLUED && word) {
        subject.add(rest);
        return new ColumnWords(subject, suffix);
      }
    }
    return new ColumnWords(words, "");
  }

  boolean identifies() {
    return !suffix.isEmpty();
  }

  /** Whether the suffix says nothing but that the column identifies something. */
  boolean identifiesSurely() {
    return STRONG.contains(suffix);
  }
}
