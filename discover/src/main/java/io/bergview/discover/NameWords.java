package io.bergview.discover;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The words of a name, and names made of words. English only: other names stay as they are. */
final class NameWords {
  /** Words whose singular ends in s, or that have none. */
  private static final Set<String> UNCHANGED =
      Set.of("series", "species", "news", "status", "address", "process", "access", "business");

  private static final int SHORTEST_ABBREVIATION = 3;
  private static final int LONGEST_CONTRACTION = 5;

  private NameWords() {}

  /** The words of {@code order_items}, {@code OrderItems} or {@code order items}, in lower case. */
  static List<String> split(String name) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int[] characters = name.codePoints().toArray();
    for (int i = 0; i < characters.length; i++) {
      int c = characters[i];
      if (!Character.isLetterOrDigit(c)) {
        end(word, words);
        continue;
      }
      if (i > 0 && startsWord(characters, i)) {
        end(word, words);
      }
      word.appendCodePoint(c);
    }
    end(word, words);
    return words;
  }

  /** {@code orderId} has its second word at the I, {@code HTTPServer} at the S. */
  private static boolean startsWord(int[] characters, int at) {
    int before = characters[at - 1];
    boolean lowerFollows = at + 1 < characters.length && Character.isLowerCase(characters[at + 1]);
    return Character.isUpperCase(characters[at])
        && (Character.isLowerCase(before)
            || Character.isDigit(before)
            || (Character.isUpperCase(before) && lowerFollows));
  }

  private static void end(StringBuilder word, List<String> words) {
    if (!word.isEmpty()) {
      words.add(word.toString().toLowerCase(Locale.ROOT));
      word.setLength(0);
    }
  }

  /** {@code categories} to {@code category}; what is singular stays. */
  static String singular(String word) {
    if (word.length() < 4 || UNCHANGED.contains(word)) {
      return word;
    }
    if (word.endsWith("ies")) {
      return word.length() > 4 ? word.substring(0, word.length() - 3) + "y" : word;
    }
    if (word.matches(".*(ches|shes|sses|xes|zes|uses)")) {
      return word.substring(0, word.length() - 2);
    }
    return word.endsWith("s") && !word.matches(".*(ss|us|is|ics)")
        ? word.substring(0, word.length() - 1)
        : word;
  }

  /** {@code category} to {@code categories}; what is plural stays. */
  static String plural(String word) {
    if (word.isEmpty()
        || !singular(word).equals(word)
        || word.matches("series|species|news|.*ics")) {
      return word;
    }
    if (word.matches(".*[^aeiou]y")) {
      return word.substring(0, word.length() - 1) + "ies";
    }
    return word.matches(".*(ch|sh|s|x|z)") ? word + "es" : word + "s";
  }

  /** The words with the last one in its singular. */
  static List<String> singular(List<String> words) {
    if (words.isEmpty()) {
      return words;
    }
    List<String> changed = new ArrayList<>(words);
    changed.set(words.size() - 1, singular(words.get(words.size() - 1)));
    return List.copyOf(changed);
  }

  /** {@code OrderItem}. */
  static String upperCamel(List<String> words) {
    StringBuilder name = new StringBuilder();
    words.forEach(word -> name.append(capitalised(word)));
    return name.toString();
  }

  /** {@code orderItem}. */
  static String lowerCamel(List<String> words) {
    return words.isEmpty() ? "" : words.get(0) + upperCamel(words.subList(1, words.size()));
  }

  private static String capitalised(String word) {
    int first = word.codePointAt(0);
    return Character.toString(Character.toTitleCase(first))
        + word.substring(Character.charCount(first));
  }

  /**
   * Whether one word is short for another: its beginning, {@code cust} for {@code customer}, or its
   * first, some middle and its last letters, {@code dept} for {@code department}.
   */
  static boolean abbreviates(String abbreviation, String word) {
    if (abbreviation.length() < SHORTEST_ABBREVIATION || abbreviation.length() >= word.length()) {
      return false;
    }
    return word.startsWith(abbreviation)
        || (abbreviation.length() <= LONGEST_CONTRACTION
            && abbreviation.charAt(0) == word.charAt(0)
            && abbreviation.endsWith(word.substring(word.length() - 1))
            && isSubsequence(abbreviation, word));
  }

  private static boolean isSubsequence(String letters, String word) {
    int at = 0;
    for (int i = 0; i < word.length() && at < letters.length(); i++) {
      if (word.charAt(i) == letters.charAt(at)) {
        at++;
      }
    }
    return at == letters.length();
  }
}
