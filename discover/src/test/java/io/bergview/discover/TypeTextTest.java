package io.bergview.discover;

import static org.assertj.core.api.Assertions.assertThat;

import io.bergview.projection.definition.DefinitionReader;
import io.bergview.projection.definition.DefinitionWriter;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.Origin;
import io.bergview.projection.definition.Relation;
import io.bergview.projection.definition.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is written is what is read back, whatever the names are. */
class TypeTextTest {
  private static final String CHARACTERS =
      "ab_1.`'\"\\#:$-> <[]{}|&*!%@,?\n\r\t\u0007\u0085\u00a0\u2028\u202e\ufeff\uFFFE日é";

  @Test
  void randomNamesAreReadBack() {
    for (long seed = 1; seed <= 2_000; seed++) {
      Random random = new Random(seed);
      Map<String, Relation> relations = new LinkedHashMap<>();
      List<RelationProposal> proposals = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        boolean accepted = i < 2;
        RelationProposal proposal =
            new RelationProposal(
                "r" + i,
                "T" + i,
                List.of(name(random), name(random) + "second"),
                0.5,
                accepted,
                new RelationProposal.Counts(10, 1, 5, 3, 1, 2, 4, false));
        proposals.add(proposal);
        if (accepted) {
          relations.put(proposal.name(), TypeText.relation(proposal));
        }
      }
      List<String> id = List.of(name(random));
      EntityType type =
          new EntityType(
              "T",
              Optional.of(new TableName(Optional.empty(), List.of(name(random)), name(random))),
              id,
              relations,
              Map.of(),
              Origin.NONE);
      KeyProposal key = new KeyProposal(id, KeyProposal.Origin.DATA, 1, true, "in " + name(random));
      String text =
          TypeText.of(type, 10, Optional.of(key), Optional.empty(), proposals, List.of(), 0.99);
      String wanted = DefinitionWriter.write(type);
      assertThat(new DefinitionReader(Set.of()).read("T.yaml", text))
          .describedAs("seed %d%n%s", seed, text)
          .singleElement()
          .satisfies(read -> assertThat(DefinitionWriter.write(read)).isEqualTo(wanted));
    }
  }

  private static String name(Random random) {
    StringBuilder name = new StringBuilder();
    int length = 1 + random.nextInt(8);
    for (int i = 0; i < length; i++) {
      name.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
    }
    return name.toString();
  }
}
