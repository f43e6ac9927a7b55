package io.bergview.discover;

import io.bergview.discover.NameAgreement.Strength;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Finds what the columns of a table may refer to. Names must agree: the values of a small integer
 * are among the keys of any table with surrogate keys, so that values alone are no evidence.
 */
final class RelationCandidates {
  private static final double SEVERAL_TARGETS = 0.9;
  private static final double ANOTHER_NAMESPACE = 0.95;
  private static final List<String> PARENT = List.of("parent");

  private final Map<Subject, List<NestedField>> keys;

  /**
   * @param keys of the tables that can be referred to; those without a key cannot
   */
  RelationCandidates(Map<Subject, List<NestedField>> keys) {
    this.keys = keys;
  }

  /** In the order of the source's columns, those of several columns last. */
  List<RelationCandidate> of(Subject source) {
    List<RelationCandidate> found = new ArrayList<>();
    for (NestedField column : source.candidates()) {
      found.addAll(best(byColumn(source, column)));
    }
    keys.forEach(
        (target, key) -> {
          if (key.size() > 1) {
            byColumns(source, target, key).ifPresent(found::add);
          }
        });
    return found;
  }

  private List<RelationCandidate> byColumn(Subject source, NestedField column) {
    ColumnWords words = source.words().column(column.name());
    List<RelationCandidate> found = new ArrayList<>();
    keys.forEach(
        (target, key) -> {
          if (key.size() == 1 && comparable(column.type(), key.get(0).type())) {
            agreement(source, column, words, target, key.get(0))
                .map(
                    match ->
                        new RelationCandidate(
                            source, target, List.of(column), key, match, certainty(source, target)))
                .ifPresent(found::add);
          }
        });
    return found;
  }

  private static double certainty(Subject source, Subject target) {
    return source.table().isBeside(target.table()) ? 1 : ANOTHER_NAMESPACE;
  }

  private Optional<NameAgreement> agreement(
      Subject source, NestedField column, ColumnWords words, Subject target, NestedField key) {
    Optional<NameAgreement> match =
        NameAgreement.of(words, target.words(), Optional.of(target.words().column(key.name())));
    if (!source.equals(target)) {
      return match.filter(m -> !isOwnKey(source, column, words, m));
    }
    if (column.equals(key)) {
      return Optional.empty();
    }
    if (words.subject().equals(PARENT) && words.identifies()) {
      return Optional.of(new NameAgreement(Strength.ABBREVIATION, 1, List.of(), PARENT));
    }
    return match.filter(m -> !m.role().isEmpty());
  }

  /**
   * {@code customer_id} of customers refers to no profile that happens to have the same key; nor
   * does the key {@code demo_id} of one kind of demographics to another kind. But {@code
   * customer_id} of profiles refers to customers, though it is their key too.
   */
  private boolean isOwnKey(
      Subject source, NestedField column, ColumnWords words, NameAgreement match) {
    boolean isKey = List.of(column).equals(keys.get(source));
    boolean namesOwn =
        NameAgreement.of(words, source.words(), Optional.empty())
            .filter(own -> own.role().isEmpty() && own.words() >= match.words())
            .filter(own -> own.strength().compareTo(match.strength()) <= 0)
            .isPresent();
    return namesOwn || (isKey && match.strength() != Strength.TABLE_NAME);
  }

  /** Those in whose favour the names speak most; in the same namespace sooner than in others. */
  private static List<RelationCandidate> best(List<RelationCandidate> all) {
    if (all.isEmpty()) {
      return all;
    }
    Comparator<RelationCandidate> order =
        Comparator.comparing((RelationCandidate c) -> -c.certainty())
            .thenComparing(c -> c.agreement().strength())
            .thenComparing(c -> -c.agreement().words());
    List<RelationCandidate> sorted = all.stream().sorted(order).toList();
    List<RelationCandidate> equal =
        sorted.stream().filter(c -> order.compare(c, sorted.get(0)) == 0).toList();
    return equal.size() == 1
        ? equal
        : equal.stream().map(c -> c.lessCertain(SEVERAL_TARGETS)).toList();
  }

  /** Columns called like all of those of a key. */
  private static Optional<RelationCandidate> byColumns(
      Subject source, Subject target, List<NestedField> key) {
    if (source.equals(target)) {
      return Optional.empty();
    }
    List<NestedField> columns = new ArrayList<>();
    for (NestedField part : key) {
      ColumnWords words = target.words().column(part.name());
      source.candidates().stream()
          .filter(column -> words.identifies() && !words.subject().isEmpty())
          .filter(column -> source.words().column(column.name()).equals(words))
          .filter(column -> comparable(column.type(), part.type()))
          .findFirst()
          .ifPresent(columns::add);
    }
    if (columns.size() < key.size()) {
      return Optional.empty();
    }
    NameAgreement match =
        new NameAgreement(Strength.KEY_NAME, key.size(), List.of(), target.words().name());
    return Optional.of(
        new RelationCandidate(source, target, columns, key, match, certainty(source, target)));
  }

  /** As a view's definition demands it of the two sides of a relation. */
  private static boolean comparable(Type left, Type right) {
    return (isNumber(left) && isNumber(right)) || left.equals(right);
  }

  private static boolean isNumber(Type type) {
    return switch (type.typeId()) {
      case INTEGER, LONG, DECIMAL -> true;
      default -> false;
    };
  }
}
