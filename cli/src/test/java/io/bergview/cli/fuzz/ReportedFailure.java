package io.bergview.cli.fuzz;

import io.bergview.errors.Failure;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The reported form of something thrown, as an error message. That messages reach terminals without
 * control characters is the business of commands and of the server, and tried with those.
 */
final class ReportedFailure {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}|[\\p{Cf}\u2028\u2029]");

  private ReportedFailure() {}

  static String of(Throwable thrown, UnaryOperator<String> mask) {
    Failure.Shown failure = Failure.of(thrown).shown(mask);
    StringBuilder text = new StringBuilder("error " + failure.code() + ": ");
    if (failure.problems().isEmpty()) {
      text.append(failure.message());
    }
    failure.problems().forEach(problem -> text.append(problem).append(' '));
    return CONTROL.matcher(text).replaceAll("?");
  }
}
