package io.bergview.catalog.view;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.SourceException;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.definition.TypeSource;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.resolve.SqlForm;
import io.bergview.projection.resolve.ViewResolver;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * What a stored definition is resolved against: its own types, and the columns frozen when it was
 * made. Names stay those of that time; types follow the tables of now, where they were promoted
 * since.
 */
public final class FrozenTypes implements TypeSource {
  private final StoredDefinition definition;
  private final Map<String, SourceColumns> now;

  private FrozenTypes(StoredDefinition definition, Map<String, SourceColumns> now) {
    this.definition = definition;
    this.now = Map.copyOf(now);
  }

  /**
   * A view with the columns that its table would have now.
   *
   * @param now current columns by type; a type that is missing keeps its frozen ones
   * @throws SourceException {@code SOURCE_SCHEMA_CHANGED} if a column that the view reads, or a
   *     part of one that it shows, is gone or replaced, or if the definition does not fit the
   *     current type of a column
   */
  public static ResolvedView resolve(StoredDefinition definition, Map<String, SourceColumns> now) {
    return resolve(definition, now, ViewResolver.EXTREMES);
  }

  /**
   * A view with the columns of its existing table: without extreme values if the table is older
   * than those. Takes and throws what {@link #resolve(StoredDefinition, Map)} does.
   */
  public static ResolvedView resolve(RegisteredView view, Map<String, SourceColumns> now) {
    return resolve(
        view.definition(), now, keepsExtremes(view.table().schema()) ? ViewResolver.EXTREMES : 0);
  }

  /** A stored view as a query in SQL, over the names that its sources had when it was made. */
  public static SqlForm sqlForm(StoredDefinition definition) {
    return SqlForm.of(definition.view(), new FrozenTypes(definition, Map.of()));
  }

  /**
   * Whether the frozen columns of a source, followed to their current state, are exactly those that
   * would be frozen now. Then freezing again changes no rows. Comments and defaults of columns do
   * not count.
   *
   * @param view its name
   * @param wanted the columns that would be frozen
   */
  public static boolean follows(
      String view, StoredDefinition.Source source, SourceColumns now, Schema wanted) {
    return FrozenColumns.follow(view, source, now, wanted);
  }

  /**
   * The types of a definition without relations that it does not follow; of a definition that does
   * not fit the columns it froze, all.
   */
  static Map<String, EntityType> followed(StoredDefinition definition) {
    try {
      return ViewResolver.followedTypes(definition.view(), new FrozenTypes(definition, Map.of()));
    } catch (BergviewException changedByHand) {
      return definition.types();
    }
  }

  private static boolean keepsExtremes(Schema table) {
    Types.NestedField state = table.asStruct().field(ResolvedView.STATE);
    Types.NestedField of = state == null ? null : state.type().asStructType().field("of");
    return of != null
        && of.type().asStructType().fields().stream()
            .anyMatch(output -> output.type().asStructType().field(ResolvedView.EXTREMES) != null);
  }

  private static ResolvedView resolve(
      StoredDefinition definition, Map<String, SourceColumns> now, int extremes) {
    if (now.isEmpty()) {
      return ViewResolver.resolve(definition.view(), new FrozenTypes(definition, now), extremes);
    }
    try {
      ResolvedView resolved =
          ViewResolver.resolve(definition.view(), new FrozenTypes(definition, now), extremes);
      refuseLostParts(definition, now, resolve(definition, Map.of(), extremes), resolved);
      return resolved;
    } catch (DefinitionException e) {
      throw new SourceException(
          ErrorCode.SOURCE_SCHEMA_CHANGED,
          "The definition of view "
              + definition.view().name()
              + " no longer fits its sources: "
              + e.getMessage()
              + lostParts(definition, now)
              + "; the view keeps its last result. Change the definition and apply it",
          e);
    }
  }

  private static void refuseLostParts(
      StoredDefinition definition,
      Map<String, SourceColumns> columns,
      ResolvedView frozen,
      ResolvedView now) {
    Set<String> lost = new TreeSet<>(TypeUtil.indexByName(frozen.schema().asStruct()).keySet());
    lost.removeAll(TypeUtil.indexByName(now.schema().asStruct()).keySet());
    if (!lost.isEmpty()) {
      throw new SourceException(
          ErrorCode.SOURCE_SCHEMA_CHANGED,
          "View "
              + frozen.definition().name()
              + " shows '"
              + String.join("', '", lost)
              + "' as it was defined, which it cannot any more"
              + lostParts(definition, columns)
              + "; the view keeps its last result. Apply the definition again to take the columns"
              + " as they are now");
    }
  }

  /** Changes of parts of columns, each as {@code ; 'address.zip' of shop.customers is gone}. */
  private static String lostParts(StoredDefinition definition, Map<String, SourceColumns> now) {
    StringBuilder text = new StringBuilder();
    definition
        .sources()
        .forEach(
            (type, source) -> {
              SourceColumns current = now.get(type);
              if (current != null) {
                FrozenColumns columns =
                    new FrozenColumns(definition.view().name(), source, current);
                columns.followed();
                columns.lost().forEach(lost -> text.append("; ").append(lost));
              }
            });
    return text.toString();
  }

  @Override
  public Collection<String> names() {
    return definition.types().keySet();
  }

  @Override
  public Optional<EntityType> type(String name) {
    return Optional.ofNullable(definition.types().get(name));
  }

  @Override
  public Optional<EntityType> table(List<String> path) {
    return TableTypes.among(definition.types().values(), path, Optional.empty())
        .or(() -> TableTypes.ending(definition.types().values(), path));
  }

  @Override
  public Optional<EntityType> tableAt(List<String> path, String ref) {
    return TableTypes.among(definition.types().values(), path, Optional.of(ref))
        .or(() -> TableTypes.endingAt(definition.types().values(), path, ref));
  }

  @Override
  public Schema schema(EntityType type) {
    StoredDefinition.Source source = definition.sources().get(type.name());
    if (source == null) {
      throw new SourceException(
          ErrorCode.SOURCE_SCHEMA_CHANGED,
          "The stored definition of view "
              + definition.view().name()
              + " does not hold the columns of type "
              + type.name()
              + "; define the view again");
    }
    SourceColumns current = now.get(type.name());
    if (current == null) {
      return source.schema();
    }
    return new Schema(new FrozenColumns(definition.view().name(), source, current).followed());
  }
}
