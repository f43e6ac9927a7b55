package io.bergview.catalog.view;

import io.bergview.catalog.lineage.LineageLookup;
import io.bergview.projection.definition.RefreshSettings;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The properties of a view's table, and of the namespaces that hold views. */
public final class ViewProperties {
  /** The view's name. A table without this property is not a view. */
  public static final String VIEW = "bergview.view";

  /** {@link StoredDefinition#toJson}. */
  public static final String DEFINITION = "bergview.definition";

  /**
   * Counts the definitions that the view has had, from 1; those that differ in {@link
   * StoredDefinition#contentHash}.
   */
  public static final String DEFINITION_VERSION = "bergview.definition-version";

  /** {@link StoredDefinition#hash}. */
  public static final String DEFINITION_HASH = "bergview.definition-hash";

  /** A mirror of the last lineage: {@code Lineage.mirrorOf}. */
  public static final String LINEAGE = LineageLookup.MIRROR_PROPERTY;

  /**
   * Refresh settings follow as {@code bergview.refresh.mode} and so on, for readers who do not
   * parse the definition. Bergview itself reads the definition.
   */
  public static final String REFRESH_PREFIX = "bergview.refresh.";

  /** Namespace property, {@code true} where views live. */
  public static final String NAMESPACE_VIEWS = "bergview.views";

  /** What was last published of the view: {@link PublishedRecord}. */
  public static final String PUBLISHED = "bergview.published";

  /** The published views that are to be dropped: {@link PublishedRecord}. */
  public static final String UNPUBLISH = "bergview.unpublish";

  /** The description of the view, where other engines show that of a table. */
  static final String COMMENT = "comment";

  private ViewProperties() {}

  static Map<String, String> refreshSettings(RefreshSettings settings) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(REFRESH_PREFIX + "mode", lower(settings.mode()));
    settings.schedule().ifPresent(cron -> properties.put(REFRESH_PREFIX + "schedule", cron));
    properties.put(REFRESH_PREFIX + "timezone", settings.timezone().getId());
    properties.put(REFRESH_PREFIX + "strategy", lower(settings.strategy()));
    properties.put(REFRESH_PREFIX + "policy", lower(settings.policy()));
    properties.put(REFRESH_PREFIX + "grace-period", settings.gracePeriod().toString());
    settings
        .retention()
        .ifPresent(retention -> properties.put(REFRESH_PREFIX + "retention", retention.toString()));
    return properties;
  }

  private static String lower(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }
}
