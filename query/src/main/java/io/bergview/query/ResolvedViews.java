package io.bergview.query;

import io.bergview.catalog.Catalogs;
import io.bergview.catalog.view.FrozenTypes;
import io.bergview.catalog.view.RegisteredView;
import io.bergview.catalog.view.SourceColumns;
import io.bergview.catalog.view.ViewProperties;
import io.bergview.projection.plan.ResolvedView;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The plans of views, kept while their definitions and the columns of their tables and sources are
 * the same: every query is compared with all views of its tables.
 */
final class ResolvedViews {
  private final Catalogs catalogs;
  private final Map<String, Kept> views = new ConcurrentHashMap<>();

  /** A plan and what it was made from. */
  private record Kept(
      String definition, Schema stored, Map<String, SourceColumns> sources, ResolvedView view) {
    boolean isOf(RegisteredView other, Map<String, SourceColumns> columns) {
      return stored.sameSchema(other.table().schema())
          && columns.keySet().equals(sources.keySet())
          && columns.entrySet().stream()
              .allMatch(column -> isSame(column.getValue(), sources.get(column.getKey())))
          && definition.equals(text(other));
    }

    private static boolean isSame(SourceColumns one, @Nullable SourceColumns other) {
      return other != null
          && one.identity() == other.identity()
          && one.schema().sameSchema(other.schema());
    }
  }

  /** The definition as it is stored. */
  private static String text(RegisteredView view) {
    return view.table().properties().getOrDefault(ViewProperties.DEFINITION, "");
  }

  ResolvedViews(Catalogs catalogs) {
    this.catalogs = catalogs;
  }

  /** Throws what {@link FrozenTypes#resolve(RegisteredView, Map)} does. */
  ResolvedView of(RegisteredView view) {
    Map<String, SourceColumns> now = new HashMap<>();
    view.definition()
        .sources()
        .forEach(
            (type, source) -> now.put(type, SourceColumns.of(catalogs.loadToRead(source.table()))));
    Kept kept = views.get(view.name());
    if (kept == null || !kept.isOf(view, now)) {
      kept = new Kept(text(view), view.table().schema(), now, FrozenTypes.resolve(view, now));
      views.put(view.name(), kept);
    }
    return kept.view();
  }
}
