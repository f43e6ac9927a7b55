package io.bergview.discover;

import io.bergview.discover.KeyFinder.KeyResult;
import io.bergview.discover.RelationProposal.Counts;
import io.bergview.pipeline.DuckDbSession;
import io.bergview.pipeline.scan.TableScanner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.types.Types.NestedField;

/** Looks at the rows of tables, step by step; a table that cannot be read is left out. */
final class Examination implements AutoCloseable {
  /** Runs a look at a table, and says how it failed. */
  @FunctionalInterface
  interface Guard {
    Optional<UnreadableTable> failure(FoundTable table, Runnable look);
  }

  /**
   * What was found of a table.
   *
   * @param candidates that were checked, with what was counted
   */
  record Finding(
      Subject subject, long rows, KeyResult key, Map<RelationCandidate, Counts> candidates) {}

  private final DuckDbSession session;
  private final TableScanner scanner;
  private final double bar;
  private final Guard guard;
  private final Map<Subject, DataProbe> probes = new LinkedHashMap<>();
  private final Map<Subject, KeyResult> keys = new LinkedHashMap<>();
  private final Map<Subject, Map<RelationCandidate, Counts>> counted = new LinkedHashMap<>();
  private final List<UnreadableTable> unreadable = new ArrayList<>();
  private final RelationProbe relations;

  Examination(DuckDbSession session, TableScanner scanner, double bar, Guard guard) {
    this.session = session;
    this.scanner = scanner;
    this.bar = bar;
    this.guard = guard;
    this.relations = new RelationProbe(session, probes, bar);
  }

  void sample(Subject subject) {
    attempt(
        subject,
        () ->
            probes.put(
                subject, DataProbe.of(session, scanner, subject.table(), subject.candidates())));
  }

  private boolean attempt(Subject subject, Runnable look) {
    Optional<UnreadableTable> failure = guard.failure(subject.table(), look);
    failure.ifPresent(unreadable::add);
    return failure.isEmpty();
  }

  /** Those that could be read. */
  List<Subject> sampled() {
    return List.copyOf(probes.keySet());
  }

  /**
   * @param all tables that names may refer to
   */
  void findKey(Subject subject, List<Subject> all) {
    DataProbe probe = probe(subject);
    boolean read =
        attempt(
            subject,
            () ->
                keys.put(
                    subject,
                    new KeyFinder(subject, probe, bar, field -> refers(subject, field, all))
                        .find()));
    if (!read) {
      probes.remove(subject);
      probe.close();
    }
  }

  private static boolean refers(Subject subject, NestedField field, List<Subject> all) {
    ColumnWords words = subject.words().column(field.name());
    return all.stream()
        .filter(other -> !other.equals(subject))
        .anyMatch(other -> NameAgreement.of(words, other.words(), Optional.empty()).isPresent());
  }

  private DataProbe probe(Subject subject) {
    DataProbe probe = probes.get(subject);
    if (probe == null) {
      throw new IllegalStateException("table " + subject.table().name() + " was not sampled");
    }
    return probe;
  }

  /**
   * What is to be checked.
   *
   * @param known tables with a type, which can be referred to as well
   */
  List<RelationCandidate> candidates(List<Subject> known) {
    Map<Subject, List<NestedField>> targets = new LinkedHashMap<>();
    keys.forEach((subject, key) -> addTarget(subject, key.accepted(), targets));
    for (Subject subject : known) {
      addTarget(subject, subject.known().orElseThrow().id(), targets);
    }
    RelationCandidates names = new RelationCandidates(targets);
    List<RelationCandidate> all = new ArrayList<>();
    keys.keySet().forEach(subject -> all.addAll(names.of(subject)));
    return all;
  }

  private static void addTarget(
      Subject subject, List<String> columns, Map<Subject, List<NestedField>> targets) {
    List<NestedField> key = new ArrayList<>();
    columns.forEach(column -> subject.field(column).ifPresent(key::add));
    if (!key.isEmpty() && key.size() == columns.size()) {
      targets.put(subject, key);
    }
  }

  void check(RelationCandidate candidate) {
    Subject target = candidate.target();
    if (!probes.containsKey(target)
        && !attempt(
            target,
            () ->
                probes.put(
                    target, DataProbe.of(session, scanner, target.table(), candidate.key())))) {
      return;
    }
    attempt(
        candidate.source(),
        () ->
            counted
                .computeIfAbsent(candidate.source(), subject -> new LinkedHashMap<>())
                .put(candidate, relations.count(candidate)));
  }

  List<UnreadableTable> unreadable() {
    return unreadable.stream().distinct().toList();
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    keys.forEach(
        (subject, key) ->
            findings.add(
                new Finding(
                    subject, probe(subject).rows(), key, counted.getOrDefault(subject, Map.of()))));
    return findings;
  }

  @Override
  public void close() {
    relations.close();
    probes.values().forEach(DataProbe::close);
  }
}
