package io.bergview.catalog;

import io.bergview.catalog.HookSettings.Action;
import io.bergview.catalog.HookSettings.Trigger;
import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.projection.text.NodeReader;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code serve.hooks}. */
final class HookReader {
  private static final List<String> KEYS =
      List.of("on", "views", "command", "webhook", "headers", "stale-limit", "timeout");
  private static final int MOST_HOOKS = 100;
  private static final int MOST_PARTS = 1_000;

  private final NodeReader reader;
  private final SettingValues values;

  HookReader(NodeReader reader, SettingValues values) {
    this.reader = reader;
    this.values = values;
  }

  List<HookSettings> read(@Nullable Node node) {
    List<HookSettings> hooks = new ArrayList<>();
    if (node != null) {
      for (Node item : reader.list(node, MOST_HOOKS, "a list of hooks").orElse(List.of())) {
        reader.map(item, "a hook").flatMap(map -> hook(item, map)).ifPresent(hooks::add);
      }
    }
    return hooks;
  }

  private Optional<HookSettings> hook(Node node, Node.MapNode map) {
    Map<String, Node> keys = reader.known(map, KEYS);
    Set<Trigger> on = triggers(node, keys.get("on"));
    List<String> views = texts(keys.get("views"));
    Optional<Action> action = action(node, keys);
    return action.map(
        found ->
            new HookSettings(
                on,
                views.isEmpty() ? List.of("*") : views,
                found,
                values.span(keys, "stale-limit").orElse(HookSettings.DEFAULT_STALE_LIMIT),
                values.span(keys, "timeout").orElse(HookSettings.DEFAULT_TIMEOUT)));
  }

  private Set<Trigger> triggers(Node hook, @Nullable Node node) {
    Set<Trigger> on = EnumSet.noneOf(Trigger.class);
    if (node == null) {
      reader.problem(
          ProblemKind.MISSING, hook, "'on' is missing: the events that trigger the hook");
      return on;
    }
    Map<String, Trigger> words = new LinkedHashMap<>();
    for (Trigger trigger : Trigger.values()) {
      words.put(trigger.word(), trigger);
    }
    reader
        .oneOrMany(node, Trigger.values().length)
        .forEach(item -> reader.choice(item, words).ifPresent(on::add));
    return on;
  }

  private Optional<Action> action(Node hook, Map<String, Node> keys) {
    if (keys.containsKey("command") == keys.containsKey("webhook")) {
      reader.problem(
          ProblemKind.WRONG_VALUE,
          hook,
          "a hook has either a 'command' or a 'webhook', and not both");
      return Optional.empty();
    }
    Node headers = keys.get("headers");
    Node command = keys.get("command");
    if (command != null) {
      if (headers != null) {
        reader.problem(ProblemKind.WRONG_VALUE, headers, "only a webhook has headers");
      }
      List<String> argv =
          reader.list(command, MOST_PARTS, "a list: the program, then its arguments").stream()
              .flatMap(List::stream)
              .flatMap(item -> values.scalar(item).stream())
              .toList();
      if (argv.isEmpty() && !reader.hasProblems()) {
        reader.problem(ProblemKind.MISSING, command, "the program to run is expected here");
      }
      return argv.isEmpty() ? Optional.empty() : Optional.of(new Action.Command(argv));
    }
    return values
        .value(keys, "webhook", HookReader::address)
        .map(uri -> new Action.Webhook(uri, headers(headers)));
  }

  private Map<String, String> headers(@Nullable Node node) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (node != null) {
      List<Entry> entries =
          reader
              .map(node, "a map of headers")
              .map(map -> reader.entries(map, MOST_PARTS))
              .orElse(List.of());
      for (Entry entry : entries) {
        values.scalar(entry.value()).ifPresent(value -> headers.put(entry.key(), value));
      }
    }
    return headers;
  }

  private List<String> texts(@Nullable Node node) {
    return node == null
        ? List.of()
        : reader.oneOrMany(node, MOST_PARTS).stream()
            .flatMap(item -> values.scalar(item).stream())
            .toList();
  }

  private static URI address(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a URL is expected here", e);
    }
    if (uri.getHost() == null || uri.getScheme() == null || !uri.getScheme().matches("https?")) {
      throw new IllegalArgumentException("a URL that begins with http:// or https:// is expected");
    }
    return uri;
  }
}
