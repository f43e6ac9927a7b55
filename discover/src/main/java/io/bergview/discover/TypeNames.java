package io.bergview.discover;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Names for the types of tables: {@code OrderItem} for {@code order_items}. Where two tables would
 * have the same, or one is taken, the namespace goes before; where even that is taken, a number
 * goes behind. Names differ in more than case, since they are names of files too.
 */
final class TypeNames {
  private static final int LONGEST = 100;
  private static final String UNNAMED = "Table";

  private final Set<String> taken = new HashSet<>();

  /**
   * @param taken names that none may have
   */
  TypeNames(Set<String> taken) {
    taken.forEach(name -> this.taken.add(key(name)));
  }

  Map<FoundTable, String> of(List<FoundTable> tables) {
    Map<String, Integer> wanted = new HashMap<>();
    tables.forEach(table -> wanted.merge(key(plain(table)), 1, Integer::sum));
    Map<FoundTable, String> names = new LinkedHashMap<>();
    for (FoundTable table : tables) {
      String plain = plain(table);
      boolean alone = wanted.getOrDefault(key(plain), 0) == 1 && !taken.contains(key(plain));
      if (alone) {
        names.put(table, take(plain));
      }
    }
    for (FoundTable table : tables) {
      if (!names.containsKey(table)) {
        names.put(table, take(withNamespace(table)));
      }
    }
    return names;
  }

  private String take(String wanted) {
    String name = wanted;
    for (int number = 2; !taken.add(key(name)); number++) {
      name = wanted + number;
    }
    return name;
  }

  private static String plain(FoundTable table) {
    return name(NameWords.singular(NameWords.split(table.name().name())));
  }

  private static String withNamespace(FoundTable table) {
    List<String> words = new ArrayList<>();
    table.name().namespace().forEach(level -> words.addAll(NameWords.split(level)));
    words.addAll(NameWords.singular(NameWords.split(table.name().name())));
    return name(words);
  }

  private static String name(List<String> words) {
    String name = NameWords.upperCamel(words);
    if (name.isEmpty() || !Character.isLetter(name.codePointAt(0))) {
      name = UNNAMED + name;
    }
    int length = name.codePointCount(0, name.length());
    return length <= LONGEST ? name : name.substring(0, name.offsetByCodePoints(0, LONGEST));
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
