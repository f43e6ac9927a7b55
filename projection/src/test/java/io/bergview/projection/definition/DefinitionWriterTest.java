package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.projection.definition.Predicate.And;
import io.bergview.projection.definition.Predicate.Or;
import io.bergview.projection.definition.ValueExpression.Arithmetic;
import io.bergview.projection.definition.ValueExpression.Cond;
import io.bergview.projection.definition.ValueExpression.Literal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DefinitionWriterTest {
  private final DefinitionReader reader = new DefinitionReader(Set.of("cata.log"));

  private Definition one(String text) {
    return reader.read("test.json5", text).get(0);
  }

  @Test
  void randomDefinitionsSurviveWritingAndReading() {
    Set<String> kinds = new HashSet<>();
    for (long seed = 1; seed <= 1_000; seed++) {
      Definition definition = new RandomDefinitions(seed).next();
      String written = DefinitionWriter.write(definition);
      List<Definition> read = reader.read("view x", written);
      assertThat(read).as("seed %d: %s", seed, written).hasSize(1);
      assertThat(DefinitionWriter.write(read.get(0))).as("seed %d", seed).isEqualTo(written);
      if (definition instanceof EntityType type) {
        kinds.add("type");
        assertThat(comparable((EntityType) read.get(0)))
            .as("seed %d: %s", seed, written)
            .isEqualTo(comparable(type));
      } else {
        kinds.add("view");
        assertSameView((ViewDefinition) definition, (ViewDefinition) read.get(0), seed);
      }
    }
    assertThat(kinds).containsExactlyInAnyOrder("type", "view");
  }

  /** Without origins, and with scalars as their types. */
  private static List<Object> comparable(EntityType type) {
    return List.of(
        type.name(),
        type.table(),
        type.id(),
        type.relations(),
        type.fields().entrySet().stream()
            .map(f -> List.of(f.getKey(), f.getValue().type(), f.getValue().list()))
            .toList());
  }

  /** Predicates and expressions as the reader simplifies them, without their places. */
  private static void assertSameView(ViewDefinition given, ViewDefinition read, long seed) {
    assertThat(read)
        .as("seed %d: %s", seed, DefinitionWriter.write(given))
        .usingRecursiveComparison()
        .usingOverriddenEquals()
        .ignoringFields("origin", "compute", "filter", "having", "groupBy", "joins")
        .isEqualTo(given);
    assertThat(read.compute().entrySet())
        .map(entry -> Map.entry(entry.getKey(), placeless(entry.getValue())))
        .as("seed %d", seed)
        .containsExactlyElementsOf(
            given.compute().entrySet().stream()
                .map(entry -> Map.entry(entry.getKey(), placeless(entry.getValue())))
                .toList());
    assertThat(read.groupBy().map(DefinitionWriterTest::placeless))
        .isEqualTo(given.groupBy().map(DefinitionWriterTest::placeless));
    assertThat(placeless(read)).isEqualTo(placeless(given));
    assertThat(read.filter().map(DefinitionWriterTest::simplified))
        .isEqualTo(written(given.filter()));
    assertThat(read.having().map(DefinitionWriterTest::simplified))
        .isEqualTo(written(given.having()));
  }

  private static List<Join> placeless(ViewDefinition view) {
    return view.joins().stream()
        .map(join -> new Join(join.name(), join.from(), simplified(join.on()), join.kind(), ""))
        .toList();
  }

  private static Optional<Predicate> written(Optional<Predicate> given) {
    return given.map(DefinitionWriterTest::simplified).filter(p -> !p.equals(new And(List.of())));
  }

  private static Computation placeless(Computation computation) {
    if (computation instanceof ComputedValue value) {
      return new ComputedValue(placeless(value.expression()), "");
    }
    Aggregate aggregate = (Aggregate) computation;
    return new Aggregate(
        aggregate.function(),
        aggregate.argument().map(DefinitionWriterTest::placeless),
        aggregate.orderBy(),
        "");
  }

  private static ValueExpression placeless(ValueExpression value) {
    if (value instanceof Literal literal) {
      return new Literal(literal.value(), "");
    } else if (value instanceof Arithmetic a) {
      return new Arithmetic(a.operator(), placeless(a.left()), placeless(a.right()), "");
    } else if (value instanceof Cond cond) {
      return new Cond(
          simplified(cond.test()), placeless(cond.then()), placeless(cond.otherwise()), "");
    } else if (value instanceof ValueExpression.Sql sql) {
      return new ValueExpression.Sql(placeless(sql.expression()));
    }
    return value;
  }

  private static SqlExpression placeless(SqlExpression expression) {
    return new SqlExpression(expression.text(), "");
  }

  private static List<GroupKey> placeless(List<GroupKey> keys) {
    return keys.stream()
        .map(key -> new GroupKey(placeless(key.value()), key.unit(), key.name(), key.timezone()))
        .toList();
  }

  /** As the reader gives it: a list of one term is that term. */
  private static Predicate simplified(Predicate predicate) {
    if (predicate instanceof And and) {
      List<Predicate> terms = and.terms().stream().map(DefinitionWriterTest::simplified).toList();
      return terms.size() == 1 ? terms.get(0) : new And(terms);
    } else if (predicate instanceof Or or) {
      List<Predicate> terms = or.terms().stream().map(DefinitionWriterTest::simplified).toList();
      return terms.size() == 1 ? terms.get(0) : new Or(terms);
    } else if (predicate instanceof Predicate.Not not) {
      return new Predicate.Not(simplified(not.term()));
    } else if (predicate instanceof Predicate.Sql sql) {
      return new Predicate.Sql(placeless(sql.expression()));
    }
    return predicate;
  }

  @Test
  void textsThatMeanTheSameHaveTheSameHash() {
    Definition brief = one("{$type: 'V', $from: 'O', $expand: 'a', $filter: {x: {$eq: null}}}");
    Definition wordy =
        reader
            .read(
                "v.yaml",
                """
                $refresh: manual
                $filter: {$and: [{x: {$exists: false}}]}
                $expand: ['$`a`']
                $projection: olap
                $timezone: UTC
                $from: O
                $type: V
                """)
            .get(0);
    assertThat(DefinitionWriter.write(brief))
        .isEqualTo(
            "{\"$type\":\"V\",\"$from\":\"O\",\"$filter\":{\"x\":null},\"$expand\":[\"a\"]}");
    assertThat(DefinitionWriter.contentHash(wordy)).isEqualTo(DefinitionWriter.contentHash(brief));
  }

  @Test
  void theHashIsSha256OfTheText() {
    assertThat(DefinitionWriter.contentHash(one("{$type: 'T'}")))
        .isEqualTo("a2ec8abd0eec6d6db9641f8a25bacf271dd5ea3f3b0f4cb3a6ff2902797fd077");
  }

  @Test
  void differentDefinitionsHaveDifferentHashes() {
    Set<String> hashes = new HashSet<>();
    for (String filter :
        List.of("1", "1.0", "1.00", "'1'", "true", "'true'", "{$ne: 1}", "{$in: [1]}")) {
      hashes.add(
          DefinitionWriter.contentHash(
              one("{$type: 'V', $from: 'O', $filter: {a: " + filter + "}}")));
    }
    assertThat(hashes).hasSize(8);
  }

  @Test
  void embeddedTypesNamedLikeScalarsStandInBackticks() {
    EntityType type =
        new EntityType(
            "T",
            Optional.empty(),
            List.of(),
            Map.of("a", new Relation.Embedded("a", "Date", false)),
            Map.of(),
            Origin.NONE);
    assertThat(DefinitionWriter.write(type)).isEqualTo("{\"$type\":\"T\",\"a\":\"`Date`\"}");
  }
}
