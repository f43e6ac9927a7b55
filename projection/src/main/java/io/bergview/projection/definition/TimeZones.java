package io.bergview.projection.definition;

import io.bergview.errors.Suggestions;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Names of time zones that people write and that the tz database does not have. */
final class TimeZones {
  private static final int FEW = 3;
  private static final int SHORT = 5;

  private TimeZones() {}

  /** The message for an unknown time zone, with a suggestion. */
  static String unknown(String id) {
    return "there is no time zone '%s'%s"
        .formatted(
            id,
            suggestion(id)
                .map(zone -> " (did you mean '" + zone + "'?)")
                .orElse("; write a region such as Europe/Berlin, or an offset such as +02:00"));
  }

  private static Optional<String> suggestion(String id) {
    String name = id.strip().replace(' ', '_');
    Set<String> zones = ZoneId.getAvailableZoneIds();
    Map<String, String> cities = cities(zones);
    String city = name.toLowerCase(Locale.ROOT);
    return zones.stream()
        .filter(name::equalsIgnoreCase)
        .findFirst()
        .or(() -> Optional.ofNullable(cities.get(city)))
        .or(() -> Optional.ofNullable(ZoneId.SHORT_IDS.get(name.toUpperCase(Locale.ROOT))))
        .or(() -> near(name, zones))
        .or(() -> nearCity(city, cities));
  }

  /** A few letters are near to anything. */
  private static Optional<String> near(String name, Set<String> known) {
    return name.length() < FEW ? Optional.empty() : Suggestions.nearest(name, known);
  }

  /** There are cities near to any short word. */
  private static Optional<String> nearCity(String city, Map<String, String> cities) {
    return city.length() < SHORT
        ? Optional.empty()
        : Suggestions.nearest(city, cities.keySet()).map(cities::get);
  }

  /** Zones by their last names in lower case; of several the one of the shortest name. */
  private static Map<String, String> cities(Set<String> zones) {
    Map<String, String> cities = new HashMap<>();
    zones.stream()
        .filter(zone -> zone.contains("/") && !zone.startsWith("Etc/"))
        .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
        .forEach(
            zone ->
                cities.putIfAbsent(
                    zone.substring(zone.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT), zone));
    return cities;
  }
}
