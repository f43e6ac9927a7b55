package io.bergview.discover;

import io.bergview.catalog.Catalogs;
import io.bergview.discover.Examination.Finding;
import io.bergview.discover.RelationProposal.Counts;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.DefinitionWriter;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Origin;
import io.bergview.projection.definition.Relation;
import io.bergview.projection.definition.TableName;
import io.bergview.projection.resolve.TypeCheck;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes types of what was found: names, both ways of each relation, the text. Every type is read
 * back from its text and checked against its table as {@code apply} does; one that does not pass is
 * left out, with the relations to it.
 */
final class TypeAssembly {
  /** Where fewer values are found the names have misled. */
  private static final double LEAST_SHOWN = 0.5;

  private final Catalogs catalogs;
  private final Map<String, EntityType> existing;
  private final double bar;
  private final List<UnreadableTable> refused = new ArrayList<>();

  /**
   * @param suggestions relations back that existing types could have, by their names
   * @param refused tables whose types do not pass
   */
  record Assembled(
      List<DiscoveredType> types,
      Map<String, List<InverseProposal>> suggestions,
      List<UnreadableTable> refused) {}

  /** A type in the making. */
  private static final class Draft {
    private final Finding finding;
    private final RelationNames names;
    private final List<RelationProposal> relations = new ArrayList<>();
    private final List<InverseProposal> inverses = new ArrayList<>();

    private Draft(Subject subject, Finding finding) {
      this.finding = finding;
      this.names = new RelationNames(subject);
    }
  }

  TypeAssembly(Catalogs catalogs, Map<String, EntityType> existing, double bar) {
    this.catalogs = catalogs;
    this.existing = existing;
    this.bar = bar;
  }

  Assembled of(List<Finding> findings) {
    Set<String> left = new HashSet<>();
    findings.forEach(finding -> left.add(finding.subject().typeName()));
    while (true) {
      List<Finding> kept =
          findings.stream().filter(f -> left.contains(f.subject().typeName())).toList();
      Map<String, List<InverseProposal>> suggestions = new LinkedHashMap<>();
      List<DiscoveredType> types = types(kept, left, suggestions);
      Set<String> wrong = wrong(types);
      if (wrong.isEmpty()) {
        return new Assembled(types, suggestions, List.copyOf(refused));
      }
      left.removeAll(wrong);
    }
  }

  private List<DiscoveredType> types(
      List<Finding> findings, Set<String> left, Map<String, List<InverseProposal>> suggestions) {
    Map<Subject, Draft> drafts = new LinkedHashMap<>();
    findings.forEach(f -> drafts.put(f.subject(), new Draft(f.subject(), f)));
    Map<Subject, RelationNames> known = new LinkedHashMap<>();
    for (Draft draft : drafts.values()) {
      forward(draft, left);
    }
    for (Draft draft : drafts.values()) {
      backward(draft, drafts, known, suggestions);
    }
    return drafts.values().stream().map(this::type).toList();
  }

  private void forward(Draft draft, Set<String> left) {
    draft
        .finding
        .candidates()
        .forEach(
            (candidate, counts) -> {
              Subject target = candidate.target();
              if (target.known().isEmpty() && !left.contains(target.typeName())) {
                return;
              }
              double confidence = confidence(candidate, counts);
              if (confidence < LEAST_SHOWN && counts.rows() > counts.nulls()) {
                return;
              }
              draft.relations.add(
                  new RelationProposal(
                      draft.names.forward(candidate),
                      target.typeName(),
                      KeyFinder.names(candidate.columns()),
                      confidence,
                      confidence >= bar,
                      counts));
            });
  }

  /** The share of values that are found, less where the names agree less. */
  private static double confidence(RelationCandidate candidate, Counts counts) {
    return Counted.confidence(
        counts.share() * candidate.agreement().strength().confidence() * candidate.certainty());
  }

  private void backward(
      Draft draft,
      Map<Subject, Draft> drafts,
      Map<Subject, RelationNames> known,
      Map<String, List<InverseProposal>> suggestions) {
    List<RelationCandidate> candidates = List.copyOf(draft.finding.candidates().keySet());
    for (RelationProposal relation : draft.relations) {
      if (!relation.accepted()) {
        continue;
      }
      Subject target =
          candidates.stream()
              .filter(c -> c.target().typeName().equals(relation.target()))
              .findFirst()
              .orElseThrow()
              .target();
      boolean only =
          draft.relations.stream()
                  .filter(other -> other.accepted() && other.target().equals(relation.target()))
                  .count()
              == 1;
      Draft there = drafts.get(target);
      RelationNames names =
          there == null ? known.computeIfAbsent(target, RelationNames::new) : there.names;
      InverseProposal inverse =
          new InverseProposal(
              new Relation.Backward(
                  names.backward(draft.finding.subject(), relation.name(), only),
                  draft.finding.subject().typeName(),
                  relation.name(),
                  !isOneToOne(draft, relation)),
              relation.counts());
      if (there == null) {
        suggestions.computeIfAbsent(relation.target(), name -> new ArrayList<>()).add(inverse);
      } else {
        there.inverses.add(inverse);
      }
    }
  }

  /** Whether the foreign key is the key of its own rows: then there can be no second one. */
  private static boolean isOneToOne(Draft draft, RelationProposal relation) {
    List<String> key = draft.finding.key().accepted();
    return !key.isEmpty() && Set.copyOf(relation.columns()).containsAll(key);
  }

  private DiscoveredType type(Draft draft) {
    Finding finding = draft.finding;
    Map<String, Relation> relations = new LinkedHashMap<>();
    draft.relations.stream()
        .filter(RelationProposal::accepted)
        .forEach(r -> relations.put(r.name(), TypeText.relation(r)));
    draft.inverses.forEach(i -> relations.put(i.relation().name(), i.relation()));
    EntityType type =
        new EntityType(
            finding.subject().typeName(),
            Optional.of(written(finding.subject().table())),
            finding.key().accepted(),
            relations,
            Map.of(),
            Origin.NONE);
    return new DiscoveredType(
        type,
        new TypeFiles(catalogs.project()).file(type.name()),
        finding.rows(),
        finding.key().key(),
        finding.key().remark(),
        draft.relations,
        draft.inverses,
        TypeText.of(
            type,
            finding.rows(),
            finding.key().key(),
            finding.key().remark(),
            draft.relations,
            draft.inverses,
            bar));
  }

  /** Without the default catalog, but where the namespace would be read as a catalog's name. */
  private TableName written(FoundTable table) {
    TableName name = table.name();
    boolean ambiguous =
        name.catalog().isEmpty()
            && name.namespace().size() > 1
            && catalogs.names().contains(name.namespace().get(0));
    return ambiguous ? table.qualified() : name;
  }

  /** The names of types that cannot be written or do not fit their tables. */
  private Set<String> wrong(List<DiscoveredType> types) {
    Map<String, EntityType> all = new LinkedHashMap<>(existing);
    types.forEach(type -> all.put(type.type().name(), type.type()));
    ProjectTypeSource source = new ProjectTypeSource(catalogs, all, Map.of());
    Set<String> wrong = new HashSet<>();
    for (DiscoveredType type : types) {
      List<DefinitionProblem> problems = new ArrayList<>(TypeCheck.problems(type.type(), source));
      problems.addAll(readBack(type));
      if (!problems.isEmpty()) {
        wrong.add(type.type().name());
        refused.add(
            new UnreadableTable(
                type.type().table().orElseThrow().toString(), new DefinitionException(problems)));
      }
    }
    return wrong;
  }

  private List<DefinitionProblem> readBack(DiscoveredType type) {
    try {
      String wanted = DefinitionWriter.write(type.type());
      boolean same =
          new DefinitionReader(catalogs.names())
              .read(type.file(), type.text()).stream()
                  .map(DefinitionWriter::write)
                  .toList()
                  .equals(List.of(wanted));
      return same
          ? List.of()
          : List.of(
              type.type()
                  .origin()
                  .problem(
                      DefinitionProblem.ProblemKind.SYNTAX,
                      "",
                      "a name of table %s cannot be written in a definition"
                          .formatted(type.type().table().orElseThrow())));
    } catch (DefinitionException e) {
      return e.problems();
    }
  }
}
