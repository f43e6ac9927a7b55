package io.bergview.discover;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.types.Types.NestedField;

/**
 * Keys of two to four columns. Candidates are columns that are never null and whose names are those
 * of keys, lines, or time; combinations with fewer possible values than rows are left out, and no
 * more are tried once some of a size are proven.
 *
 * <p>That no combination of values repeats may be chance where there are many more possible ones
 * than rows. So the confidence follows the number of repeats that independent columns would have
 * had: n rows and d possible combinations make about n²/2d (the birthday problem).
 */
final class CompositeKeys {
  private static final int MOST_CANDIDATES = 10;
  private static final int MOST_COLUMNS = 4;
  private static final int MOST_SAMPLED = 200;
  private static final int MOST_EXACT = 8;

  /** Of so many the chance that none occurs is e to the minus fifth, below one percent. */
  private static final double EXPECTED_REPEATS = 5;

  private static final double PROVEN = 0.995;
  private static final double UNLIKELY_NAMES = 0.95;
  private static final double CHANCE = 0.9;
  private static final double AMBIGUOUS = 0.95;

  private static final Set<String> LINES =
      Set.of(
          "line",
          "lineno",
          "linenumber",
          "seq",
          "sequence",
          "position",
          "pos",
          "ordinal",
          "index",
          "idx",
          "rank",
          "lnr");
  private static final Set<String> TIMES =
      Set.of(
          "date",
          "time",
          "day",
          "month",
          "year",
          "week",
          "quarter",
          "period",
          "calendar",
          "timestamp",
          "hour",
          "datetime");
  private static final Set<String> KINDS =
      Set.of(
          "type",
          "kind",
          "language",
          "lang",
          "locale",
          "currency",
          "version",
          "country",
          "region",
          "status");

  /** What a column may be in a key; later ones are better. */
  private enum Part {
    KIND(0),
    TIME(1),
    REFERENCE(2),
    LINE(3);

    private final int worth;

    Part(int worth) {
      this.worth = worth;
    }
  }

  private record Candidate(NestedField field, Part part, int position, long distinct) {}

  private final Subject subject;
  private final DataProbe probe;
  private final double bar;
  private int sampled;

  CompositeKeys(Subject subject, DataProbe probe, double bar) {
    this.subject = subject;
    this.probe = probe;
    this.bar = bar;
  }

  /**
   * @param filled columns without nulls in the sample
   */
  Optional<KeyProposal> find(List<NestedField> filled) {
    List<NestedField> named = filled.stream().filter(field -> part(field).isPresent()).toList();
    List<Candidate> all = new ArrayList<>();
    boolean constant = false;
    for (ColumnCounts count : probe.approximateCounts(named)) {
      Part part = part(count.field()).orElseThrow();
      if (count.nulls() == 0 && count.distinct() > 1) {
        int position = subject.fields().indexOf(count.field());
        all.add(new Candidate(count.field(), part, position, count.distinct()));
      }
      constant |= count.nulls() == 0 && count.distinct() == 1 && part == Part.REFERENCE;
    }
    List<Candidate> candidates =
        all.stream()
            .sorted(
                Comparator.comparing(Candidate::part).reversed().thenComparing(Candidate::position))
            .limit(MOST_CANDIDATES)
            .sorted(Comparator.comparing(Candidate::position))
            .toList();
    for (int size = 2; size <= Math.min(MOST_COLUMNS, candidates.size()); size++) {
      List<List<Candidate>> proven = proven(candidates, size);
      if (!proven.isEmpty()) {
        return Optional.of(proposal(proven, constant && probe.rows() > 1));
      }
    }
    return Optional.empty();
  }

  private Optional<Part> part(NestedField field) {
    ColumnWords words = subject.words().column(field.name());
    List<String> about = words.subject();
    String last = about.isEmpty() ? "" : about.get(about.size() - 1);
    if (LINES.contains(last) || LINES.contains(words.suffix())) {
      return Optional.of(Part.LINE);
    }
    if (TIMES.contains(last)) {
      return Optional.of(Part.TIME);
    }
    if (words.identifies()) {
      return Optional.of(Part.REFERENCE);
    }
    return KINDS.contains(last) ? Optional.of(Part.KIND) : Optional.empty();
  }

  private List<List<Candidate>> proven(List<Candidate> candidates, int size) {
    List<List<Candidate>> left = new ArrayList<>();
    for (List<Candidate> combination : combinations(candidates, size)) {
      if (combinationsOf(combination) >= probe.rows()
          && sampled++ < MOST_SAMPLED
          && probe.uniqueInSample(fields(combination))) {
        left.add(combination);
      }
    }
    left.sort(BEST_FIRST);
    return left.stream()
        .limit(MOST_EXACT)
        .filter(key -> probe.complete() || probe.faults(fields(key)).none())
        .toList();
  }

  private static final Comparator<List<Candidate>> BEST_FIRST =
      Comparator.comparing(CompositeKeys::worth)
          .reversed()
          .thenComparing(key -> key.stream().mapToInt(Candidate::position).sum());

  private static int worth(List<Candidate> key) {
    return key.stream().mapToInt(candidate -> candidate.part().worth).sum();
  }

  /** How many combinations of values there may be. */
  private static double combinationsOf(List<Candidate> key) {
    return key.stream().mapToDouble(Candidate::distinct).reduce(1, (a, b) -> a * b);
  }

  private static List<List<Candidate>> combinations(List<Candidate> from, int size) {
    if (size == 0) {
      return List.of(List.of());
    }
    List<List<Candidate>> all = new ArrayList<>();
    for (int i = 0; i + size <= from.size(); i++) {
      for (List<Candidate> rest : combinations(from.subList(i + 1, from.size()), size - 1)) {
        List<Candidate> one = new ArrayList<>();
        one.add(from.get(i));
        one.addAll(rest);
        all.add(one);
      }
    }
    return all;
  }

  private KeyProposal proposal(List<List<Candidate>> proven, boolean constant) {
    List<Candidate> best = proven.get(0);
    double repeats = (double) probe.rows() * probe.rows() / 2 / combinationsOf(best);
    boolean line = best.stream().anyMatch(candidate -> candidate.part() == Part.LINE);
    boolean likely = best.stream().noneMatch(candidate -> candidate.part() == Part.KIND);
    double confidence = likely ? PROVEN : UNLIKELY_NAMES;
    String evidence = "unique and never null in " + Counted.rows(probe.rows());
    if (repeats < EXPECTED_REPEATS) {
      confidence *= CHANCE;
      evidence += ", which may be chance in so few rows";
    } else {
      evidence +=
          String.format(
              Locale.ROOT, ", where about %,.0f repeats were to be expected by chance", repeats);
    }
    if (!line && proven.stream().skip(1).anyMatch(other -> worth(other) >= worth(best))) {
      confidence *= AMBIGUOUS;
      evidence += "; so are " + String.join(", ", KeyFinder.names(fields(proven.get(1))));
    }
    if (constant) {
      confidence *= CHANCE;
      evidence += "; a column that has one value only may be part of the key";
    }
    confidence = Counted.confidence(confidence);
    return new KeyProposal(
        KeyFinder.names(fields(best)),
        KeyProposal.Origin.DATA,
        confidence,
        confidence >= bar,
        evidence);
  }

  private static List<NestedField> fields(List<Candidate> key) {
    return key.stream().map(Candidate::field).toList();
  }
}
