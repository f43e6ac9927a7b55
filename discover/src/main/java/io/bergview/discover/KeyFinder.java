package io.bergview.discover;

import io.bergview.discover.DataProbe.KeyFaults;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Proposes the key of a table: its identifier fields, else a column whose name says so, else a few
 * columns, and each only where no row contradicts it. A sample refutes most candidates; those that
 * are left are counted approximately, all at once, and only what then still may be unique is
 * grouped by exactly.
 */
final class KeyFinder {
  private static final int MOST_EXACT = 6;

  /** An approximate count of values may be wrong by so much. */
  private static final double APPROXIMATION = 0.85;

  private static final double WITHOUT_ROWS = 0.5;

  private final Subject subject;
  private final DataProbe probe;
  private final double bar;
  private final Predicate<NestedField> refersElsewhere;

  /**
   * @param bar the least confidence of what is accepted
   * @param refersElsewhere whether the name of a column agrees with another table's
   */
  KeyFinder(Subject subject, DataProbe probe, double bar, Predicate<NestedField> refersElsewhere) {
    this.subject = subject;
    this.probe = probe;
    this.bar = bar;
    this.refersElsewhere = refersElsewhere;
  }

  /**
   * @param key the best candidate, if there is one
   * @param remark why there is none, or what contradicts the table's own key
   */
  record KeyResult(Optional<KeyProposal> key, Optional<String> remark) {
    /** The key, if it reaches the bar. */
    List<String> accepted() {
      return key.filter(KeyProposal::accepted).map(KeyProposal::columns).orElse(List.of());
    }
  }

  KeyResult find() {
    List<NestedField> identifiers = identifiers();
    if (!identifiers.isEmpty()) {
      return declared(identifiers);
    }
    if (probe.rows() == 0) {
      return withoutRows();
    }
    List<ColumnCounts> sample = probe.sampleCounts();
    Optional<KeyProposal> single = single(sample);
    if (single.isPresent()) {
      return new KeyResult(single, Optional.empty());
    }
    List<NestedField> filled =
        sample.stream().filter(count -> count.nulls() == 0).map(ColumnCounts::field).toList();
    Optional<KeyProposal> composite = new CompositeKeys(subject, probe, bar).find(filled);
    return new KeyResult(
        composite,
        composite.isPresent()
            ? Optional.empty()
            : Optional.of("no column, and no few columns together, identify a row"));
  }

  /** The identifier fields, if all of them are columns. */
  private List<NestedField> identifiers() {
    List<NestedField> fields = new ArrayList<>();
    for (int id : subject.table().table().schema().identifierFieldIds()) {
      Optional<NestedField> column =
          subject.fields().stream().filter(field -> field.fieldId() == id).findFirst();
      if (column.isEmpty() || !probe.columns().contains(column.get())) {
        return List.of();
      }
      fields.add(column.get());
    }
    fields.sort(Comparator.comparing(subject.fields()::indexOf));
    return fields;
  }

  private KeyResult declared(List<NestedField> identifiers) {
    KeyFaults faults = probe.faults(identifiers);
    if (faults.none()) {
      String rows = probe.rows() == 0 ? ", no rows yet" : ", unique in " + rows();
      return key(identifiers, KeyProposal.Origin.IDENTIFIER_FIELDS, 1, "identifier fields" + rows);
    }
    String contradiction =
        String.format(
            Locale.ROOT,
            "the table's identifier fields, but %,d values of them occur more than once and %,d"
                + " rows have a null",
            faults.repeated(),
            faults.nulls());
    return key(identifiers, KeyProposal.Origin.IDENTIFIER_FIELDS, 0, contradiction);
  }

  private KeyResult key(
      List<NestedField> columns, KeyProposal.Origin origin, double confidence, String evidence) {
    return new KeyResult(
        Optional.of(
            new KeyProposal(names(columns), origin, confidence, confidence >= bar, evidence)),
        Optional.empty());
  }

  private KeyResult withoutRows() {
    String remark = "the table has no rows, and zero rows prove no key";
    return probe.columns().stream()
        .filter(field -> name(field) == KeyName.OWN_ID)
        .findFirst()
        .map(
            field ->
                new KeyResult(
                    Optional.of(
                        new KeyProposal(
                            List.of(field.name()),
                            KeyProposal.Origin.NAME,
                            WITHOUT_ROWS,
                            WITHOUT_ROWS >= bar,
                            "by its name alone: " + remark)),
                    Optional.of(remark)))
        .orElseGet(() -> new KeyResult(Optional.empty(), Optional.of(remark)));
  }

  private Optional<KeyProposal> single(List<ColumnCounts> sample) {
    List<NestedField> left =
        sample.stream()
            .filter(ColumnCounts::mayBeKey)
            .map(ColumnCounts::field)
            .filter(field -> name(field) != KeyName.NONE)
            .toList();
    List<NestedField> plausible =
        probe.approximateCounts(left).stream()
            .filter(count -> count.nulls() == 0)
            .filter(count -> count.distinct() >= APPROXIMATION * probe.rows())
            .map(ColumnCounts::field)
            .sorted(Comparator.comparing(this::name))
            .limit(MOST_EXACT)
            .toList();
    for (NestedField field : plausible) {
      if (probe.complete() || probe.faults(List.of(field)).none()) {
        double confidence = name(field).confidence();
        return Optional.of(
            new KeyProposal(
                List.of(field.name()),
                KeyProposal.Origin.DATA,
                confidence,
                confidence >= bar,
                "unique and never null in " + rows()));
      }
    }
    return Optional.empty();
  }

  private KeyName name(NestedField field) {
    return KeyName.of(field, subject, refersElsewhere.test(field));
  }

  private String rows() {
    return Counted.rows(probe.rows());
  }

  static List<String> names(List<NestedField> columns) {
    return columns.stream().map(NestedField::name).toList();
  }
}
