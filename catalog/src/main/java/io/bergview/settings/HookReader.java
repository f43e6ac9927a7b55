package io.bergview.settings;

import io.bergview.errors.DefinitionProblem.ProblemKind;
import io.bergview.projection.text.Node;
import io.bergview.projection.text.Node.MapNode;
import io.bergview.projection.text.Node.MapNode.Entry;
import io.bergview.settings.HookSettings.Action;
import io.bergview.settings.HookSettings.Trigger;
import io.bergview.settings.SettingsTable.Hook;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code serve.hooks}. */
final class HookReader {
  /** By the word that the file has for it. */
  static final Map<String, Trigger> TRIGGERS = triggersByWord();

  private static final int MOST_HOOKS = 100;
  private static final int MOST_PARTS = 1_000;

  private HookReader() {}

  private static Map<String, Trigger> triggersByWord() {
    Map<String, Trigger> triggers = new LinkedHashMap<>();
    for (Trigger trigger : Trigger.values()) {
      triggers.put(trigger.label(), trigger);
    }
    return Collections.unmodifiableMap(triggers);
  }

  static Optional<List<HookSettings>> read(Node node, SettingValues values) {
    List<HookSettings> hooks = new ArrayList<>();
    for (Node item : values.reader().list(node, MOST_HOOKS, "a list of hooks").orElse(List.of())) {
      // What is no map is reported, but not that it lacks its keys too.
      Section.Values hook = Hook.SECTION.read(item, values);
      if (item instanceof MapNode) {
        hook(hook).ifPresent(hooks::add);
      }
    }
    return Optional.of(hooks);
  }

  private static Optional<HookSettings> hook(Section.Values hook) {
    Set<Trigger> on = hook.get(Hook.ON).orElse(Set.of());
    return action(hook)
        .map(
            action ->
                new HookSettings(
                    on,
                    hook.get(Hook.VIEWS),
                    action,
                    hook.get(Hook.STALE_LIMIT),
                    hook.get(Hook.TIMEOUT)));
  }

  private static Optional<Action> action(Section.Values hook) {
    if (hook.has(Hook.COMMAND) == hook.has(Hook.WEBHOOK)) {
      hook.problem(
          ProblemKind.WRONG_VALUE, "a hook has either a 'command' or a 'webhook', and not both");
      return Optional.empty();
    }
    if (hook.has(Hook.COMMAND)) {
      if (hook.has(Hook.HEADERS)) {
        hook.problem(ProblemKind.WRONG_VALUE, Hook.HEADERS, "only a webhook has headers");
      }
      return hook.get(Hook.COMMAND).map(Action.Command::new);
    }
    return hook.get(Hook.WEBHOOK)
        .map(uri -> new Action.Webhook(uri, hook.get(Hook.HEADERS).orElse(Map.of())));
  }

  static Optional<Set<Trigger>> triggers(Node node, SettingValues values) {
    Set<Trigger> on = EnumSet.noneOf(Trigger.class);
    values
        .reader()
        .oneOrMany(node, TRIGGERS.size())
        .forEach(item -> values.reader().choice(item, TRIGGERS).ifPresent(on::add));
    return Optional.of(on);
  }

  static Optional<List<String>> command(Node node, SettingValues values) {
    Optional<List<Node>> parts =
        values.reader().list(node, MOST_PARTS, "a list: the program, then its arguments");
    if (parts.isPresent() && parts.get().isEmpty()) {
      values.reader().problem(ProblemKind.MISSING, node, "the program to run is expected here");
    }
    return parts.map(values::texts).filter(argv -> !argv.isEmpty());
  }

  static Optional<Map<String, String>> headers(Node node, SettingValues values) {
    Map<String, String> headers = new LinkedHashMap<>();
    List<Entry> entries =
        values
            .reader()
            .map(node, "a map of headers")
            .map(map -> values.reader().entries(map, MOST_PARTS))
            .orElse(List.of());
    for (Entry entry : entries) {
      values.text(entry.value()).ifPresent(value -> headers.put(entry.key(), value));
    }
    return Optional.of(headers);
  }
}
