package io.bergview.projection.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.text.DocumentReader;
import io.bergview.projection.text.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DefinitionCorpusTest {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(SchemaTest.text(), InputFormat.JSON);

  private final DefinitionReader reader = new DefinitionReader(Set.of("lake", "my.catalog"));

  static List<Path> good() {
    return Corpus.documents("good");
  }

  static List<Path> wrongStructure() {
    return Corpus.documents("bad/structure");
  }

  static List<Path> wrongMeaning() {
    return Corpus.documents("bad/meaning");
  }

  static List<Path> brokenSyntax() {
    return Corpus.documents("bad/syntax");
  }

  @ParameterizedTest
  @MethodSource("good")
  void goodDocumentsHaveTheirCanonicalForm(Path file) {
    List<String> canonical = new ArrayList<>();
    for (Definition definition : reader.read(file)) {
      String written = DefinitionWriter.write(definition);
      assertThat(reader.read("view " + definition.name(), written))
          .map(DefinitionWriter::write)
          .containsExactly(written);
      canonical.add(written);
    }
    Corpus.assertGolden(file, canonical);
  }

  @ParameterizedTest
  @MethodSource("good")
  void theSchemaTakesGoodDocumentsAndTheirCanonicalForm(Path file) {
    for (Node document : DocumentReader.read(file)) {
      assertThat(SCHEMA.validate(Corpus.json(document))).isEmpty();
    }
    for (Definition definition : reader.read(file)) {
      assertThat(SCHEMA.validate(DefinitionWriter.tree(definition))).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("wrongStructure")
  void wrongStructureIsRefusedByParserAndSchemaAlike(Path file) {
    List<DefinitionProblem> problems = problems(file);
    for (Node document : DocumentReader.read(file)) {
      assertThat(SCHEMA.validate(Corpus.json(document)))
          .as("schema on the document at line %d", document.line())
          .isNotEmpty();
    }
    assertEveryDocumentHasAProblem(file, problems);
    Corpus.assertGolden(file, lines(problems));
  }

  @ParameterizedTest
  @MethodSource("wrongMeaning")
  void wrongMeaningIsRefusedByTheParserAlone(Path file) {
    List<DefinitionProblem> problems = problems(file);
    for (Node document : DocumentReader.read(file)) {
      assertThat(SCHEMA.validate(Corpus.json(document)))
          .as("schema on the document at line %d", document.line())
          .isEmpty();
    }
    assertEveryDocumentHasAProblem(file, problems);
    Corpus.assertGolden(file, lines(problems));
  }

  @ParameterizedTest
  @MethodSource("brokenSyntax")
  void brokenSyntaxHasItsLineAndColumn(Path file) {
    List<DefinitionProblem> problems = problems(file);
    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).line()).isPositive();
    assertThat(problems.get(0).column()).isPositive();
    assertThat(problems.get(0).kind()).isIn(ProblemKind.SYNTAX, ProblemKind.MISSING);
    Corpus.assertGolden(file, lines(problems));
  }

  private List<DefinitionProblem> problems(Path file) {
    DefinitionException failure =
        catchThrowableOfType(DefinitionException.class, () -> reader.read(file));
    assertThat(failure).as("problems of %s", file).isNotNull();
    assertThat(failure.problems()).allSatisfy(p -> assertThat(p.file()).isEqualTo(file.toString()));
    return failure.problems();
  }

  private static void assertEveryDocumentHasAProblem(Path file, List<DefinitionProblem> problems) {
    List<Integer> starts = DocumentReader.read(file).stream().map(Node::line).toList();
    for (int i = 0; i < starts.size(); i++) {
      int from = starts.get(i);
      int to = i + 1 < starts.size() ? starts.get(i + 1) : Integer.MAX_VALUE;
      assertThat(problems)
          .as("a problem of the document at line %d", from)
          .anyMatch(problem -> problem.line() >= from && problem.line() < to);
    }
  }

  private static List<String> lines(List<DefinitionProblem> problems) {
    return problems.stream()
        .map(p -> "%s %d:%d [%s] %s".formatted(p.kind(), p.line(), p.column(), p.at(), p.message()))
        .toList();
  }
}
