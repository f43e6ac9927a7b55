package io.bergview.discover;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the name of a column says that it refers to a table.
 *
 * @param strength how surely
 * @param words how many words agree: more of them decide between tables
 * @param role the words before those: {@code [bill]} of {@code bill_customer_id}
 * @param noun what the table is called for the name of a relation
 */
record NameAgreement(Strength strength, int words, List<String> role, List<String> noun) {
  /** The strongest first. */
  enum Strength {
    /** {@code customer_id} and the table {@code customers}. */
    TABLE_NAME(1),
    /** {@code o_custkey} and the key {@code c_custkey}. */
    KEY_NAME(1),
    /** {@code addr_id} and the table {@code addresses}; {@code parent_id} and the table itself. */
    ABBREVIATION(0.995),
    /** {@code address_id} and the table {@code customer_address}. */
    PART(0.95);

    private final double confidence;

    Strength(double confidence) {
      this.confidence = confidence;
    }

    /** Of a relation whose values are all found. */
    double confidence() {
      return confidence;
    }
  }

  NameAgreement {
    role = List.copyOf(role);
    noun = List.copyOf(noun);
  }

  /**
   * @param key the name of the target's key, where it has one column
   * @return empty where the names do not agree
   */
  static Optional<NameAgreement> of(
      ColumnWords column, TableWords target, Optional<ColumnWords> key) {
    List<String> subject = NameWords.singular(column.subject());
    if (subject.isEmpty() || target.name().isEmpty()) {
      return Optional.empty();
    }
    Optional<NameAgreement> found = byTableName(subject, target);
    if (!column.identifies()) {
      return found;
    }
    return found
        .or(() -> byKeyName(subject, column, target, key))
        .or(() -> byAbbreviation(subject, target, key))
        .or(() -> byPart(subject, target))
        .map(match -> weakened(match, column, key));
  }

  /** {@code order_number} and the key {@code order_id} are about orders, and may be two things. */
  private static NameAgreement weakened(
      NameAgreement match, ColumnWords column, Optional<ColumnWords> key) {
    boolean other = key.filter(k -> !k.suffix().equals(column.suffix())).isPresent();
    return column.identifiesSurely() || !other
        ? match
        : new NameAgreement(Strength.PART, match.words(), match.role(), match.noun());
  }

  private static Optional<NameAgreement> byTableName(List<String> subject, TableWords target) {
    return endsWith(subject, target.name())
        ? Optional.of(match(Strength.TABLE_NAME, subject, target.name().size(), target.name()))
        : Optional.empty();
  }

  private static Optional<NameAgreement> byKeyName(
      List<String> subject, ColumnWords column, TableWords target, Optional<ColumnWords> key) {
    List<String> about = key.map(k -> NameWords.singular(k.subject())).orElse(List.of());
    boolean same =
        !about.isEmpty()
            && key.orElseThrow().suffix().equals(column.suffix())
            && endsWith(subject, about);
    return same
        ? Optional.of(match(Strength.KEY_NAME, subject, about.size(), spelledOut(about, target)))
        : Optional.empty();
  }

  /** {@code [cust]} as {@code [customer]}. */
  private static List<String> spelledOut(List<String> words, TableWords target) {
    List<String> full = new ArrayList<>();
    for (String word : words) {
      full.add(
          target.name().stream()
              .filter(own -> NameWords.abbreviates(word, own))
              .findFirst()
              .orElse(word));
    }
    return full;
  }

  private static Optional<NameAgreement> byAbbreviation(
      List<String> subject, TableWords target, Optional<ColumnWords> key) {
    List<String> name = target.name();
    if (abbreviated(subject, name)) {
      return Optional.of(match(Strength.ABBREVIATION, subject, name.size(), name));
    }
    List<String> about = key.map(k -> NameWords.singular(k.subject())).orElse(List.of());
    if (!about.isEmpty() && abbreviated(subject, about)) {
      return Optional.of(match(Strength.ABBREVIATION, subject, about.size(), about));
    }
    return startsWithInitials(last(subject), name, about)
        ? Optional.of(match(Strength.ABBREVIATION, subject, 1, name))
        : Optional.empty();
  }

  /** {@code cdemo} and {@code customer_demographics}: an initial, then the last word in short. */
  private static boolean startsWithInitials(String word, List<String> name, List<String> key) {
    if (name.size() < 2) {
      return false;
    }
    StringBuilder initials = new StringBuilder();
    name.subList(0, name.size() - 1).forEach(part -> initials.append(part.charAt(0)));
    if (!word.startsWith(initials.toString())) {
      return false;
    }
    String rest = word.substring(initials.length());
    String noun = last(name);
    return rest.length() > 2
        && (rest.equals(noun)
            || NameWords.abbreviates(rest, noun)
            || (!key.isEmpty() && rest.equals(last(key))));
  }

  private static Optional<NameAgreement> byPart(List<String> subject, TableWords target) {
    List<String> noun = List.of(last(target.name()));
    return target.name().size() > 1 && endsWith(subject, noun)
        ? Optional.of(match(Strength.PART, subject, 1, noun))
        : Optional.empty();
  }

  private static NameAgreement match(
      Strength strength, List<String> subject, int words, List<String> noun) {
    return new NameAgreement(strength, words, subject.subList(0, subject.size() - words), noun);
  }

  private static boolean endsWith(List<String> words, List<String> end) {
    return words.size() >= end.size()
        && words.subList(words.size() - end.size(), words.size()).equals(end);
  }

  private static boolean abbreviated(List<String> subject, List<String> name) {
    if (subject.size() < name.size()) {
      return false;
    }
    List<String> end = subject.subList(subject.size() - name.size(), subject.size());
    for (int i = 0; i < name.size(); i++) {
      if (!end.get(i).equals(name.get(i)) && !NameWords.abbreviates(end.get(i), name.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static String last(List<String> words) {
    return words.get(words.size() - 1);
  }
}
