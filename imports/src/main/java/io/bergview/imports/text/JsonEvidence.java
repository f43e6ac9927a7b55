package io.bergview.imports.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.bergview.imports.options.ColumnType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;

/**
 * The JSON values of one column or field seen so far. Objects become structs, arrays lists, numbers
 * longs or doubles; strings are dates and timestamps where all of them are, at the top level, and
 * what is of several kinds becomes a string, objects and arrays as JSON text.
 */
final class JsonEvidence {
  private static final int DEEPEST = 32;

  private final ColumnEvidence numbers = new ColumnEvidence();
  private final ColumnEvidence strings = new ColumnEvidence();
  private final Map<String, JsonEvidence> fields = new LinkedHashMap<>();
  private final int depth;
  private @Nullable JsonEvidence elements;
  private boolean booleans;
  private boolean objects;

  JsonEvidence() {
    this(0);
  }

  private JsonEvidence(int depth) {
    this.depth = depth;
  }

  void add(JsonNode value) {
    switch (value.getNodeType()) {
      case OBJECT -> addObject(value);
      case ARRAY -> addArray(value);
      case NUMBER -> numbers.add(JsonValues.text(value));
      case BOOLEAN -> booleans = true;
      case STRING -> strings.add(value.textValue());
      default -> {
        return; // Null says nothing.
      }
    }
  }

  private void addObject(JsonNode value) {
    objects = true;
    if (depth < DEEPEST) {
      value
          .properties()
          .forEach(
              field ->
                  fields
                      .computeIfAbsent(field.getKey(), name -> new JsonEvidence(depth + 1))
                      .add(field.getValue()));
    }
  }

  private void addArray(JsonNode value) {
    if (elements == null) {
      elements = new JsonEvidence(depth + 1);
    }
    if (depth < DEEPEST) {
      for (JsonNode element : value) {
        elements.add(element);
      }
    }
  }

  private List<Boolean> kinds() {
    return List.of(objects, elements != null, numbers.hasValues(), booleans, strings.hasValues());
  }

  /** Whether there was any value. */
  boolean hasValues() {
    return kinds().contains(true);
  }

  ColumnType type(boolean zoned) {
    if (depth == 0 && isOnly(strings.hasValues())) {
      ColumnType text = strings.type(zoned, false);
      return switch (text.type().typeId()) {
        case DATE, TIMESTAMP -> text;
        default -> ColumnType.of(Types.StringType.get());
      };
    }
    return ColumnType.of(type(new AtomicInteger()));
  }

  /** Ids of nested fields are counted on from those given. */
  private Type type(AtomicInteger ids) {
    if (isOnly(numbers.hasValues())) {
      return numbers.type(false, false).type();
    }
    if (isOnly(booleans)) {
      return Types.BooleanType.get();
    }
    if (isOnly(objects) && !fields.isEmpty() && depth < DEEPEST && distinct()) {
      List<NestedField> nested = new ArrayList<>();
      fields.forEach(
          (name, evidence) ->
              nested.add(NestedField.optional(ids.incrementAndGet(), name, evidence.type(ids))));
      return Types.StructType.of(nested);
    }
    JsonEvidence element = elements;
    if (element != null && isOnly(true) && depth < DEEPEST) {
      return Types.ListType.ofOptional(ids.incrementAndGet(), element.type(ids));
    }
    return Types.StringType.get();
  }

  /** Names that differ in case only, or are empty, are kept as JSON text. */
  private boolean distinct() {
    return fields.keySet().stream()
                .map(name -> name.toLowerCase(java.util.Locale.ROOT))
                .distinct()
                .count()
            == fields.size()
        && !fields.containsKey("");
  }

  private boolean isOnly(boolean kind) {
    return kind && kinds().stream().filter(Boolean::booleanValue).count() == 1;
  }
}
