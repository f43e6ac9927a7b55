package io.bergview.projection.statement;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The value of a setting.
 *
 * @param value as the view language has it
 * @param place of the value, or of the clause that implies it
 */
public record Setting(JsonNode value, Place place) {
  public Setting {
    requireNonNull(value, "value is null");
    requireNonNull(place, "place is null");
  }
}
