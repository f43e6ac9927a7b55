package io.bergview.define.alter;

import static java.util.Objects.requireNonNull;

import io.bergview.errors.ErrorCode;
import io.bergview.errors.UsageException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a registered view is to change: {@code ViewAlteration.of("OrderDetails")
 * .set("refresh.gracePeriod", "15m").unset("refresh.maxDelta")}. Each step gives a new alteration.
 *
 * @param settings value by setting; empty to reset it to the language's default
 * @param file a whole new definition instead of single settings
 */
public record ViewAlteration(
    String view, Map<String, Optional<String>> settings, Optional<Path> file) {
  /**
   * @throws UsageException for settings together with a file
   */
  public ViewAlteration {
    requireNonNull(view, "view is null");
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    requireNonNull(file, "file is null");
    if (file.isPresent() && !settings.isEmpty()) {
      throw new UsageException(
          ErrorCode.USAGE,
          "A view is altered either by single settings or by a whole definition, not by both");
    }
  }

  /** No change yet. */
  public static ViewAlteration of(String view) {
    return new ViewAlteration(view, Map.of(), Optional.empty());
  }

  /**
   * @param setting of the refresh or the layout, such as {@code refresh.policy} or {@code sortBy}
   * @param value as in YAML: {@code strict}, {@code [customer_id]}
   * @throws UsageException where the setting is changed already
   */
  public ViewAlteration set(String setting, String value) {
    return with(setting, Optional.of(value));
  }

  /** Back to the language's default. */
  public ViewAlteration unset(String setting) {
    return with(setting, Optional.empty());
  }

  /** The definition that a file has for this view. */
  public ViewAlteration definition(Path definition) {
    return new ViewAlteration(view, settings, Optional.of(definition));
  }

  private ViewAlteration with(String setting, Optional<String> value) {
    String name = setting.startsWith("$") ? setting.substring(1) : setting;
    Map<String, Optional<String>> all = new LinkedHashMap<>(settings);
    if (all.put(name, value) != null) {
      throw new UsageException(
          ErrorCode.USAGE, "The setting '%s' is changed twice".formatted(name));
    }
    return new ViewAlteration(view, all, file);
  }
}
