package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.definition.GroupKey.TimeUnit;
import io.bergview.projection.text.DocumentReader;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.NodeReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses the clauses of a query, as {@code find} has them: a filter, group keys, aggregates. A text
 * is JSON5, or where it is not that, YAML on one line, in which plain words need no quotes.
 */
public final class FindClauseParser {
  private static final String FILTER = "--filter";
  private static final String GROUP_BY = "--group-by";
  private static final String COMPUTE = "--compute";
  private static final Pattern CALL = Pattern.compile("(?s)(\\w+)\\s*\\((.*)\\)");

  private FindClauseParser() {}

  /**
   * A filter such as {@code {status: 'open', total: {$gte: 100}}}.
   *
   * @throws DefinitionException with every problem found, the file being {@code --filter}
   */
  public static Predicate filter(String text) {
    Node node = one(FILTER, text, "one filter is expected, such as {status: 'open'}");
    NodeReader reader = new NodeReader(FILTER, Vocabulary.FREE_TEXT);
    Optional<Predicate> predicate = new PredicateParser(reader).parse(node);
    reader.throwIfAny();
    return predicate.orElseThrow();
  }

  /**
   * Aggregates such as {@code {orders: {$count: '*'}, revenue: {$sum: total}}}.
   *
   * @throws DefinitionException with every problem found, the file being {@code --compute}
   */
  public static Map<String, Computation> compute(String text) {
    Node node = one(COMPUTE, text, "one map is expected, such as {orders: {$count: '*'}}");
    NodeReader reader = new NodeReader(COMPUTE, Vocabulary.FREE_TEXT);
    Map<String, Computation> aggregates = new AggregateParser(reader).parse(node);
    reader.throwIfAny();
    return aggregates;
  }

  /**
   * Group keys between commas: columns, {@code day(created_at)}, and what {@code $groupBy} takes,
   * {@code {day: created_at, $as: day}}. An empty text or {@code []} is the grand total.
   *
   * @throws DefinitionException with every problem found, the file being {@code --group-by}
   */
  public static List<GroupKey> groupBy(String text) {
    String list = text.strip();
    if (list.startsWith("[")) {
      return keys(documents(GROUP_BY, list));
    }
    List<GroupKey> keys = new ArrayList<>();
    for (String part : list.isEmpty() ? List.<String>of() : OptionReader.parts(GROUP_BY, list)) {
      if (part.startsWith("{")) {
        keys.addAll(keys(documents(GROUP_BY, part)));
      } else {
        Matcher call = CALL.matcher(part);
        keys.add(
            call.matches()
                ? timeKey(call.group(1), call.group(2).strip())
                : new GroupKey(
                    OptionReader.path(GROUP_BY, part),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()));
      }
    }
    return keys;
  }

  private static GroupKey timeKey(String word, String path) {
    TimeUnit unit = Vocabulary.UNITS.get(word.toLowerCase(Locale.ROOT));
    if (unit == null) {
      throw failure(
          GROUP_BY,
          "there is no unit of time '%s'%s; there are %s"
              .formatted(
                  word,
                  Suggestions.didYouMean(word, Vocabulary.UNITS.keySet()),
                  String.join(", ", Vocabulary.UNITS.keySet())));
    }
    return new GroupKey(
        OptionReader.path(GROUP_BY, path), Optional.of(unit), Optional.empty(), Optional.empty());
  }

  private static List<GroupKey> keys(List<Node> documents) {
    NodeReader reader = new NodeReader(GROUP_BY, Vocabulary.FREE_TEXT);
    GroupKeyParser parser = new GroupKeyParser(reader);
    List<GroupKey> keys = new ArrayList<>();
    documents.forEach(document -> keys.addAll(parser.parse(document)));
    reader.throwIfAny();
    return keys;
  }

  private static Node one(String option, String text, String expected) {
    List<Node> documents = documents(option, text);
    if (documents.size() != 1) {
      throw failure(option, expected);
    }
    return requireNonNull(documents.get(0));
  }

  private static List<Node> documents(String option, String text) {
    try {
      return DocumentReader.read(option, text);
    } catch (DefinitionException notJson5) {
      try {
        return DocumentReader.read(option + ".yaml", text);
      } catch (DefinitionException notYamlEither) {
        throw notJson5;
      }
    }
  }

  private static DefinitionException failure(String option, String message) {
    return new DefinitionException(
        new DefinitionProblem(ProblemKind.WRONG_VALUE, option, "", 1, 1, message));
  }
}
