package io.bergview.catalog;

import io.bergview.settings.HookSettings;
import io.bergview.settings.QuartzSettings;
import io.bergview.settings.ServeSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Values of the section {@code serve} that are never to be shown. */
final class ServeSecrets {
  private ServeSecrets() {}

  static List<String> of(ServeSettings serve) {
    List<String> secrets = new ArrayList<>();
    serve.listen().token().ifPresent(secrets::add);
    serve.quartz().flatMap(QuartzSettings::password).ifPresent(secrets::add);
    serve.quartz().ifPresent(store -> secrets.addAll(SecretText.inside(store.url())));
    serve.openLineage().ifPresent(events -> addSecrets(events.transport(), secrets));
    for (HookSettings hook : serve.hooks()) {
      if (hook.action() instanceof HookSettings.Action.Webhook webhook) {
        secrets.addAll(webhook.headers().values());
        secrets.add(webhook.uri().toString());
      }
    }
    return secrets;
  }

  private static void addSecrets(Map<?, ?> settings, List<String> secrets) {
    settings.forEach((key, value) -> addSecrets(key.toString(), value, secrets));
  }

  private static void addSecrets(String key, Object value, List<String> secrets) {
    if (value instanceof Map<?, ?> nested) {
      addSecrets(nested, secrets);
    } else if (value instanceof Iterable<?> list) {
      list.forEach(element -> addSecrets(key, element, secrets));
    } else if (Secrets.isSecret(key)) {
      secrets.add(value.toString());
    } else {
      secrets.addAll(SecretText.inside(value.toString()));
    }
  }
}
