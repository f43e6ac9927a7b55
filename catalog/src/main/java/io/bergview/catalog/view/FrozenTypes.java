package io.bergview.catalog.view;

import io.bergview.errors.BergviewException;
import io.bergview.errors.DefinitionException;
import io.bergview.errors.ErrorCode;
import io.bergview.errors.SourceException;
import io.bergview.projection.definition.EntityType;
import io.bergview.projection.plan.ResolvedView;
import io.bergview.projection.plan.TypeSource;
import io.bergview.projection.plan.ViewResolver;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;

/**
 * What a stored definition is resolved against: its own types, and the columns frozen when it was
 * made. Names stay those of that time; types follow the tables of now, where they were promoted
 * since.
 */
public final class FrozenTypes implements TypeSource {
  private final StoredDefinition definition;
  private final Map<String, Schema> now;

  private FrozenTypes(StoredDefinition definition, Map<String, Schema> now) {
    this.definition = definition;
    this.now = Map.copyOf(now);
  }

  /**
   * A view as its table would be made now.
   *
   * @param now current schemas by type; a type that is missing keeps its frozen schema
   * @throws SourceException {@code SOURCE_SCHEMA_CHANGED} where a column that the view reads, or a
   *     part of one that it shows, is gone
   */
  public static ResolvedView resolve(StoredDefinition definition, Map<String, Schema> now) {
    return resolve(definition, now, ViewResolver.EXTREMES);
  }

  /**
   * A view as its table is: one that was made before {@code _state} kept extreme values goes
   * without. Takes and throws what {@link #resolve(StoredDefinition, Map)} does.
   */
  public static ResolvedView resolve(RegisteredView view, Map<String, Schema> now) {
    return resolve(
        view.definition(), now, keepsExtremes(view.table().schema()) ? ViewResolver.EXTREMES : 0);
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
      StoredDefinition definition, Map<String, Schema> now, int extremes) {
    if (now.isEmpty()) {
      return ViewResolver.resolve(definition.view(), new FrozenTypes(definition, now), extremes);
    }
    try {
      ResolvedView resolved =
          ViewResolver.resolve(definition.view(), new FrozenTypes(definition, now), extremes);
      refuseLostParts(resolve(definition, Map.of(), extremes), resolved);
      return resolved;
    } catch (DefinitionException e) {
      throw new SourceException(
          ErrorCode.SOURCE_SCHEMA_CHANGED,
          "The definition of view "
              + definition.view().name()
              + " does not fit its sources any more: "
              + e.getMessage()
              + "; the view keeps its last result. Change the definition and apply it",
          e);
    }
  }

  private static void refuseLostParts(ResolvedView frozen, ResolvedView now) {
    Set<String> lost = new TreeSet<>(TypeUtil.indexByName(frozen.schema().asStruct()).keySet());
    lost.removeAll(TypeUtil.indexByName(now.schema().asStruct()).keySet());
    if (!lost.isEmpty()) {
      throw new SourceException(
          ErrorCode.SOURCE_SCHEMA_CHANGED,
          "View "
              + frozen.definition().name()
              + " shows '"
              + String.join("', '", lost)
              + "', which its source does not have any more; the view keeps its last result. Apply"
              + " the definition again to do without");
    }
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
    Schema current = now.get(type.name());
    if (current == null) {
      return source.schema();
    }
    List<Types.NestedField> fields = new ArrayList<>();
    for (Types.NestedField field : source.schema().columns()) {
      fields.add(
          Types.NestedField.from(field)
              .ofType(follow(field.type(), field, current, source))
              .isOptional(current.findField(field.fieldId()).isOptional())
              .build());
    }
    return new Schema(fields);
  }

  private Type follow(
      Type frozen, Types.NestedField column, Schema current, StoredDefinition.Source source) {
    Types.NestedField there = current.findField(column.fieldId());
    if (there == null) {
      throw gone(column, source);
    }
    if (frozen.isPrimitiveType()) {
      return there.type().isPrimitiveType() ? there.type() : retyped(column, there, source);
    }
    if (frozen.typeId() != there.type().typeId()) {
      return retyped(column, there, source);
    }
    return switch (frozen.typeId()) {
      case STRUCT -> {
        List<Types.NestedField> parts = new ArrayList<>();
        for (Types.NestedField part : frozen.asStructType().fields()) {
          if (current.findField(part.fieldId()) != null) {
            parts.add(
                Types.NestedField.from(part)
                    .ofType(follow(part.type(), part, current, source))
                    .build());
          }
        }
        yield Types.StructType.of(parts);
      }
      case LIST -> {
        Types.NestedField element = frozen.asListType().fields().get(0);
        yield Types.ListType.ofOptional(
            element.fieldId(), follow(element.type(), element, current, source));
      }
      case MAP -> {
        Types.MapType map = frozen.asMapType();
        Types.NestedField key = map.fields().get(0);
        Types.NestedField value = map.fields().get(1);
        yield Types.MapType.ofOptional(
            key.fieldId(),
            value.fieldId(),
            follow(key.type(), key, current, source),
            follow(value.type(), value, current, source));
      }
      default -> frozen;
    };
  }

  private SourceException gone(Types.NestedField column, StoredDefinition.Source source) {
    return new SourceException(
        ErrorCode.SOURCE_SCHEMA_CHANGED,
        "View "
            + definition.view().name()
            + " reads column '"
            + column.name()
            + "' (field "
            + column.fieldId()
            + ") of table "
            + source.table()
            + ", which is gone; the view keeps its last result. Change the definition and apply it,"
            + " or bring the column back");
  }

  private Type retyped(
      Types.NestedField column, Types.NestedField there, StoredDefinition.Source source) {
    throw new SourceException(
        ErrorCode.SOURCE_SCHEMA_CHANGED,
        "View "
            + definition.view().name()
            + " reads column '"
            + column.name()
            + "' of table "
            + source.table()
            + " as "
            + column.type()
            + ", but it is "
            + there.type()
            + " now; apply the definition again to take it as it is");
  }
}
