package io.bergview.projection.text;

import io.bergview.errors.DefinitionException;
import io.bergview.errors.DefinitionProblem;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.errors.Suggestions;
import io.bergview.projection.text.Node.ListNode;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.Node.ScalarNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes values out of nodes. What does not fit is written down as a problem and answered with
 * nothing, so that one reading finds all problems of a file; {@link #throwIfAny} ends it.
 */
public final class NodeReader {
  private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,10})?)\\s*%");
  private static final int MAX_PROBLEMS = 100;

  private final String file;
  private final Set<String> freeText;
  private final List<DefinitionProblem> problems = new ArrayList<>();

  /**
   * @param file shown in problems
   * @param freeText keys that hold text for display, allowed in every map and left out of it
   */
  public NodeReader(String file, Set<String> freeText) {
    this.file = file;
    this.freeText = Set.copyOf(freeText);
  }

  public void problem(ProblemKind kind, Node node, String message) {
    problem(kind, node.path(), node.line(), node.column(), message);
  }

  /** A problem with the key itself, at the key. */
  public void problem(ProblemKind kind, Entry entry, String message) {
    problem(kind, entry.value().path(), entry.line(), entry.column(), message);
  }

  private void problem(ProblemKind kind, String path, int line, int column, String message) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(new DefinitionProblem(kind, file, path, line, column, message));
    }
  }

  /** {@code expected} is a noun with its article: {@code "a list of names"}. */
  public void wrongType(Node node, String expected) {
    problem(ProblemKind.WRONG_TYPE, node, expected + " is expected here, found " + node.describe());
  }

  public boolean hasProblems() {
    return !problems.isEmpty();
  }

  public void throwIfAny() {
    if (hasProblems()) {
      List<DefinitionProblem> inOrder = new ArrayList<>(problems);
      inOrder.sort(
          Comparator.comparingInt(DefinitionProblem::line)
              .thenComparingInt(DefinitionProblem::column));
      throw new DefinitionException(inOrder);
    }
  }

  public Optional<String> text(Node node, String expected) {
    return value(node, String.class, expected);
  }

  public Optional<Boolean> bool(Node node) {
    return value(node, Boolean.class, "true or false");
  }

  /** An integer within bounds, both included. */
  public Optional<Integer> integer(Node node, int least, int most) {
    String expected = "an integer from " + least + " to " + most;
    if (node instanceof ScalarNode scalar && scalar.value() instanceof Number number) {
      if (number instanceof Long value && value >= least && value <= most) {
        return Optional.of(value.intValue());
      }
      problem(
          ProblemKind.WRONG_VALUE, node, expected + " is expected here, found " + node.describe());
      return Optional.empty();
    }
    wrongType(node, expected);
    return Optional.empty();
  }

  /** {@code 30%} or 0.3: above nothing, up to all. */
  public Optional<Double> share(Node node) {
    Optional<BigDecimal> share = Optional.empty();
    if (node instanceof ScalarNode scalar) {
      if (scalar.value() instanceof BigDecimal number) {
        share = Optional.of(number);
      } else if (scalar.value() instanceof Long number) {
        share = Optional.of(BigDecimal.valueOf(number));
      } else if (scalar.value() instanceof String text) {
        Matcher percent = PERCENT.matcher(text.strip());
        share =
            percent.matches()
                ? Optional.of(new BigDecimal(percent.group(1)).movePointLeft(2))
                : Optional.empty();
      }
    }
    share = share.filter(s -> s.signum() > 0 && s.compareTo(BigDecimal.ONE) <= 0);
    if (share.isEmpty()) {
      problem(
          ProblemKind.WRONG_VALUE,
          node,
          "a share above 0% up to 100%, such as 30% or 0.3, is expected, found " + node.describe());
    }
    return share.map(BigDecimal::doubleValue);
  }

  /** One of a few words, given by {@code words} with their values. */
  public <T> Optional<T> choice(Node node, Map<String, T> words) {
    String expected = "one of " + String.join(", ", words.keySet());
    Optional<String> word = text(node, expected);
    if (word.isPresent() && !words.containsKey(word.get())) {
      problem(
          ProblemKind.WRONG_VALUE,
          node,
          "'"
              + word.get()
              + "' is not "
              + expected
              + Suggestions.didYouMean(word.get(), words.keySet()));
    }
    return word.map(words::get);
  }

  /**
   * What a text says.
   *
   * @param parse may throw an {@link IllegalArgumentException} with a message for the user
   */
  public <T> Optional<T> parsed(Node node, String text, Function<String, T> parse) {
    try {
      return Optional.of(parse.apply(text));
    } catch (IllegalArgumentException e) {
      problem(ProblemKind.WRONG_VALUE, node, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  public Optional<MapNode> map(Node node, String expected) {
    if (node instanceof MapNode map) {
      return Optional.of(map);
    }
    wrongType(node, expected);
    return Optional.empty();
  }

  /** The items of a list of at most so many. */
  public Optional<List<Node>> list(Node node, int most, String expected) {
    if (node instanceof ListNode list) {
      if (list.items().size() > most) {
        problem(
            ProblemKind.WRONG_VALUE,
            node,
            "at most " + most + " entries are allowed here, found " + list.items().size());
        return Optional.empty();
      }
      return Optional.of(list.items());
    }
    wrongType(node, expected);
    return Optional.empty();
  }

  /** As {@link #list}, where a single item needs no brackets. */
  public List<Node> oneOrMany(Node node, int most) {
    return node instanceof ListNode ? list(node, most, "a list").orElse(List.of()) : List.of(node);
  }

  /** The entries of a map without free text. */
  public List<Entry> entries(MapNode map) {
    List<Entry> entries = new ArrayList<>();
    for (Entry entry : map.entries()) {
      if (freeText.contains(entry.key())) {
        text(entry.value(), "text");
      } else {
        entries.add(entry);
      }
    }
    return entries;
  }

  /** As {@link #entries}, of at most so many. */
  public List<Entry> entries(MapNode map, int most) {
    List<Entry> entries = entries(map);
    if (entries.size() > most) {
      problem(
          ProblemKind.WRONG_VALUE,
          map,
          "at most " + most + " entries are allowed here, found " + entries.size());
      return List.of();
    }
    return entries;
  }

  /** The values of a map by key; an unknown key is a problem, with a suggestion. */
  public Map<String, Node> known(MapNode map, Collection<String> keys) {
    Map<String, Node> known = new LinkedHashMap<>();
    for (Entry entry : entries(map)) {
      if (keys.contains(entry.key())) {
        known.put(entry.key(), entry.value());
      } else {
        unknownKey(entry, keys);
      }
    }
    return known;
  }

  public void unknownKey(Entry entry, Collection<String> keys) {
    problem(
        ProblemKind.UNKNOWN_KEY,
        entry,
        "unknown key '" + entry.key() + "'" + hint(entry.key(), keys));
  }

  /** What was probably meant; where nothing is near, all that is known. */
  public static String hint(String name, Collection<String> known) {
    String meant = Suggestions.didYouMean(name, known);
    return meant.isEmpty() ? "; known here: " + String.join(", ", known) : meant;
  }

  private <T> Optional<T> value(Node node, Class<T> type, String expected) {
    if (node instanceof ScalarNode scalar && type.isInstance(scalar.value())) {
      return Optional.of(type.cast(scalar.value()));
    }
    wrongType(node, expected);
    return Optional.empty();
  }
}
