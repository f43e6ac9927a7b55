package io.bergview.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret is hidden before a message is cut or escaped, by whatever it was thrown. */
class FailureTest {
  private static final List<Function<String, Throwable>> THROWN =
      List.of(
          text -> new UsageException(ErrorCode.USAGE, text),
          IOException::new,
          IllegalStateException::new,
          OutOfMemoryError::new,
          FailureTest::definition,
          text -> new StorageException(ErrorCode.STORAGE_FAILED, text, definition(text)));

  @ParameterizedTest
  @ValueSource(ints = {190, 195, 199, 3_990, 3_999})
  void noPartOfASecretStandsBeforeACut(int before) {
    hides("hunter-secret-12345", "no '" + "x".repeat(before - 4), "' or " + "z".repeat(5_000));
    hides("hunter-secret-12345", "no " + "x".repeat(before - 3), " or " + "z".repeat(5_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u001b", "\n", "\t", "\u202e", "\u2028", "\0"})
  void aSecretWithACharacterThatIsEscapedIsHidden(String character) {
    hides("hunter" + character + "secret", "no '", "' is known");
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 4_001, 10_000})
  void aSecretLongerThanTheCutIsHidden(int length) {
    hides("hunter".repeat(length / 6 + 1), "no '", "' is known");
  }

  @Test
  void theListOfProblemsIsBoundedAndSaysWhatItLeavesOut() {
    DefinitionProblem problem =
        new DefinitionProblem(DefinitionProblem.ProblemKind.SYNTAX, "a.yaml", "$x", 1, 1, "wrong");
    Failure.Shown shown =
        Failure.of(new DefinitionException(Collections.nCopies(5_000, problem)))
            .shown(text -> text);
    assertThat(shown.problems()).hasSize(100);
    assertThat(shown.toJson().path("problemsLeftOut").asInt()).isEqualTo(4_900);
    assertThat(shown.message()).hasSizeLessThan(4_200);
  }

  private static void hides(String secret, String before, String after) {
    for (Function<String, Throwable> thrown : THROWN) {
      Failure.Shown shown =
          Failure.of(thrown.apply(before + secret + after))
              .shown(text -> text.replace(secret, "***"));
      assertThat(shown.message()).isNotEmpty().doesNotContain("hunter", "secret");
      assertThat(shown.toJson().toString()).doesNotContain("hunt", "secret");
    }
  }

  private static DefinitionException definition(String text) {
    return new DefinitionException(
        new DefinitionProblem(DefinitionProblem.ProblemKind.SYNTAX, text, text, 1, 1, text));
  }
}
