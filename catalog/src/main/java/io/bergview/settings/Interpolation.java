package io.bergview.settings;

import io.bergview.errors.Suggestions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Substitutes {@code ${env:NAME}} and {@code ${project}} in values. Substituted text is not expanded again; {@code $${} is a plain <code>${</code>.
 */
record Interpolation(Path project, Map<String, String> environment) {
  private static final Pattern PLACE = Pattern.compile("\\$?\\$\\{([^}]*)}?");

  /**
   * @throws IllegalArgumentException with a message for the user, which names the variable that is
   *     not set
   */
  String fill(String text) {
    Matcher matcher = PLACE.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String found = matcher.group();
      String value = found.startsWith("$$") ? found.substring(1) : value(found, matcher.group(1));
      matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(filled).toString();
  }

  private String value(String found, String name) {
    if (!found.endsWith("}")) {
      throw new IllegalArgumentException("'" + found + "' is not closed; write ${env:NAME}");
    }
    if (name.equals("project")) {
      return project.toString();
    }
    if (!name.startsWith("env:")) {
      throw new IllegalArgumentException(
          "'%s' is neither ${project} nor ${env:NAME}%s"
              .formatted(found, Suggestions.didYouMean(name, List.of("project"))));
    }
    String variable = name.substring("env:".length());
    String value = environment.get(variable);
    if (value == null) {
      throw new IllegalArgumentException("the environment variable " + variable + " is not set");
    }
    return value;
  }
}
