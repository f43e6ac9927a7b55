package io.bergview.catalog;

import io.bergview.settings.SparkSettings;
import java.util.ArrayList;
import java.util.List;

/** Values of the section {@code spark} that are never to be shown. */
final class SparkSecrets {
  private SparkSecrets() {}

  static List<String> of(SparkSettings spark) {
    List<String> secrets = new ArrayList<>();
    spark
        .conf()
        .forEach(
            (key, value) -> {
              if (Secrets.isSecret(key)) {
                secrets.add(value);
              } else {
                secrets.addAll(SecretText.inside(value));
              }
            });
    return secrets;
  }
}
