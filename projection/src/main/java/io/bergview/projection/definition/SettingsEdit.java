package io.bergview.projection.definition;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.Suggestions;
import io.bergview.errors.UsageException;
import io.bergview.projection.text.DocumentReader;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.Node.ScalarNode;
import io.bergview.projection.text.NodeReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Changes single settings of a view: those of its refresh and of its layout, and where it is
 * published, none of which changes its rows except {@code refresh.strategy}.
 *
 * <p>Names are those of the language, {@code refresh.gracePeriod} or {@code sortBy}, with an
 * optional leading {@code $}. A value is written as in YAML, so that {@code [{total: desc}]} is a
 * list, except that a plain word, such as a cron expression, needs no quotes whatever characters it
 * contains.
 */
public final class SettingsEdit {
  private static final String REFRESH = "refresh";
  private static final Pattern NEEDS_READING = Pattern.compile("[\\[{'\"].*", Pattern.DOTALL);
  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");
  private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,30}\\.\\d{1,30}");

  /** All that can be set, as the messages write it. */
  private static final List<String> SETTINGS =
      Stream.of(
              Vocabulary.REFRESH_KEYS.stream().map(key -> REFRESH + "." + key),
              Stream.of("engine", "publish"),
              Vocabulary.LAYOUT_KEYS.stream().map(key -> key.substring(1)))
          .flatMap(settings -> settings)
          .toList();

  private final String file;
  private final ViewDefinition view;

  private SettingsEdit(ViewDefinition view) {
    this.file = "alterView " + view.name();
    this.view = view;
  }

  /**
   * The view with other settings.
   *
   * @param changes value by setting; empty for the language's default
   * @param catalogs the project's: a table's name may begin with one
   * @throws UsageException if there is no such setting
   * @throws io.bergview.errors.DefinitionException if a value is not allowed for its setting, or
   *     the settings contradict each other
   */
  public static ViewDefinition apply(
      ViewDefinition view, Map<String, Optional<String>> changes, Set<String> catalogs) {
    SettingsEdit edit = new SettingsEdit(view);
    String text = DefinitionWriter.write(view);
    MapNode tree = (MapNode) PlacedNodes.at(DocumentReader.read("view.json", text).get(0), "");
    for (Map.Entry<String, Optional<String>> change : changes.entrySet()) {
      tree = edit.changed(tree, path(view, change.getKey()), change.getValue());
    }
    NodeReader reader = new NodeReader(edit.file, Vocabulary.FREE_TEXT);
    Optional<Definition> changed =
        new ViewParser(reader, catalogs).parse(tree, Origin.of(edit.file, tree));
    reader.throwIfAny();
    return (ViewDefinition) changed.orElseThrow();
  }

  /** The keys that lead to a setting. */
  private static List<String> path(ViewDefinition view, String setting) {
    String name = setting.startsWith("$") ? setting.substring(1) : setting;
    if (SETTINGS.contains(name)) {
      return name.startsWith(REFRESH + ".")
          ? List.of("$" + REFRESH, name.substring(REFRESH.length() + 1))
          : List.of("$" + name);
    }
    if (Vocabulary.VIEW_KEYS.contains("$" + name) && !name.equals(REFRESH)) {
      throw new UsageException(
          ErrorCode.USAGE,
          "'%s' says what view %s holds, and is not a setting; give the whole definition with --file FILE"
              .formatted(setting, view.name()));
    }
    String meant =
        Vocabulary.REFRESH_KEYS.contains(name)
            ? " (did you mean '" + REFRESH + "." + name + "'?)"
            : Suggestions.didYouMean(name, SETTINGS);
    throw new UsageException(
        ErrorCode.USAGE,
        "There is no setting '%s'%s; settings are %s"
            .formatted(setting, meant, String.join(", ", SETTINGS)));
  }

  private MapNode changed(MapNode map, List<String> path, Optional<String> value) {
    String key = path.get(0);
    String at = map.path().isEmpty() ? key : map.path() + "." + key;
    Optional<Node> before = map.get(key);
    Optional<Node> after;
    if (path.size() > 1) {
      MapNode inner =
          before
              .filter(MapNode.class::isInstance)
              .map(MapNode.class::cast)
              .orElse(new MapNode(List.of(), at, 0, 0));
      after = Optional.of(changed(inner, path.subList(1, path.size()), value));
    } else {
      after = value.map(text -> read(text, at));
    }
    List<Entry> entries = new ArrayList<>(map.entries());
    entries.removeIf(entry -> entry.key().equals(key));
    after.ifPresent(node -> entries.add(new Entry(key, 0, 0, node)));
    return new MapNode(entries, map.path(), 0, 0);
  }

  private Node read(String text, String at) {
    String value = text.strip();
    if (value.isEmpty()) {
      throw new UsageException(
          ErrorCode.USAGE, "'%s' has no value; --unset takes a setting away".formatted(at));
    }
    if (NEEDS_READING.matcher(value).matches()) {
      List<Node> read = DocumentReader.read(file + ": " + at + ".yaml", "value: " + value);
      if (read.size() == 1 && read.get(0) instanceof MapNode map && map.entries().size() == 1) {
        return PlacedNodes.at(requireNonNull(map.entries().get(0)).value(), at);
      }
      throw new UsageException(
          ErrorCode.USAGE, "'%s' of '%s' is not one value".formatted(value, at));
    }
    return new ScalarNode(scalar(value), at, 0, 0);
  }

  private static Object scalar(String value) {
    if (value.equals("true") || value.equals("false")) {
      return Boolean.valueOf(value);
    }
    if (WHOLE.matcher(value).matches()) {
      return Long.valueOf(value);
    }
    return DECIMAL.matcher(value).matches() ? new BigDecimal(value) : value;
  }
}
